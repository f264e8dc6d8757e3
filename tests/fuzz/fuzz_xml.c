// Fuzz target for IDLffXMLDOM, IDLffXMLSAX and YAML_PARSE: the input is a text, as XML with each keyword and as YAML. A document that was
// read and written must be written the same once it is read again.
#include "session.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const lines[] = {
    "d = obj_new('IDLffXMLDOMDocument', filename='a.xml', /quiet, validation_mode=0) & d.save, string=s & obj_destroy, d\n",
    "d = obj_new('IDLffXMLDOMDocument', string=s, /quiet, validation_mode=0) & d.save, string=t & if s ne t then exit\n",
    "d = obj_new('IDLffXMLDOMDocument', filename='a.xml', /quiet, /expand, /exclude) & l = d.getElementsByTagName('*') & "
    "for i = 0, (l.getLength() < 9) - 1 do (l.item(i)).normalize & d.save, string=s, /pretty, encoding='UTF-16'\n",
    "x = obj_new('IDLffXMLSAX') & x->parsefile, 'a.xml'\n",
    "y = yaml_parse('a.xml') & s = yaml_serialize(y)\n",
    "y = yaml_parse('a.xml', /preserve_alias) & s = yaml_serialize(y)\n",
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static Vm *vm;
    if (session_start()) vm = session_new();
    FILE *f = fopen("a.xml", "wb");
    if (!f || fwrite(data, 1, size, f) != size || fclose(f) != 0) exit(2);
    session_run(vm, "s = ''\n");
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        if (!session_run(vm, lines[i])) abort();
    }
    return 0;
}
