// Fuzz target for JSON_PARSE and JSON_SERIALIZE: the input is a text, as a file and with each keyword. What was parsed and written
// must be written the same once it is parsed again.
#include "session.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const lines[] = {
    "x = json_parse('a.json') & s = json_serialize(x) & if json_serialize(json_parse(byte(s))) ne s then exit\n",
    "x = json_parse('a.json', /fold_case, /toarray) & s = json_serialize(x, /pretty)\n",
    "x = json_parse('a.json', /tostruct) & s = json_serialize(x, /lowercase, precision=5)\n",
    "x = json_parse('a.json', /toarray, /tostruct) & s = json_serialize(x, /naninf_literal)\n",
    "x = json_parse('a.json', /dictionary)\n",
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static Vm *vm;
    if (session_start()) vm = session_new();
    FILE *f = fopen("a.json", "wb");
    if (!f || fwrite(data, 1, size, f) != size || fclose(f) != 0) exit(2);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        if (!session_run(vm, lines[i])) abort();
    }
    return 0;
}
