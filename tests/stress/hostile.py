"""Programs that are too deep, too long or endless: name -> text, what the output must contain ("" for anything that is
no crash). Expectations: hand (arithmetic, and the limits that our messages name)."""

DEEP = 100_000


def nest(left, inside, right):
    return left * DEEP + inside + right * DEEP


HOSTILE = {
    "recursion": ("pro r\nr\nend\nr\nend\n", "nested too deeply (limit 10000)"),
    "recursive function": ("function r, n\nreturn, r(n+1)\nend\nprint, r(1)\nend\n", "nested too deeply"),
    "parentheses": ("a=" + nest("(", "1", ")") + "\n", "nested too deeply"),
    "brackets": ("a=" + nest("[", "1", "]") + "\n", "nested too deeply"),
    "braces": ("a=" + nest("{a:", "1", "}") + "\n", "nested too deeply"),
    "calls": ("print," + nest("f(", "", ")") + "\n", "nested too deeply"),
    "blocks": (nest("if 1 then begin\n", "", "endif\n") + "end\n", "nested too deeply"),
    "CASE": (nest("case 1 of\n1: ", "", "endcase\n") + "end\n", "nested too deeply"),
    "ELSE IF": ("a=5\n" + "".join(f"if a eq {i} then print,1 else " for i in range(DEEP)) + "print,2\nend\n", "too deeply"),
    "sum": ("a='x'\nb=a" + "+a" * DEEP + "\nprint,strlen(b)\n", "100001"),
    "sum of products": ("a=1d\nprint,a" + "+a-a*a" * DEEP + "\nend\n", "1.0000000"),
    "sum of arrays": ("a=findgen(9)\nb=a" + "+a" * DEEP + "\nprint,b[1],total(a" + "+a" * DEEP + ")\nend\n", "100001."),
    "sum in a condition": ("a=1L\nif a" + "+a" * DEEP + " eq 100001 then print,'yes'\nend\n", "yes"),
    "mixed logic": ("a=1\nif a" + " && a || a" * DEEP + " then print,'yes'\nend\n", "too long"),
    "minus signs": ("a=" + "- " * DEEP + "1\n", "nested too deeply"),
    "two minus signs": ("a=" + "-" * DEEP + "1\n", "Syntax error"),
    "pointers": ("p=ptr_new(1)\nprint," + "*" * DEEP + "p\n", "nested too deeply"),
    "tags": ("s={a:1}\nprint,s" + ".a" * DEEP + "\n", "too long"),
    "tags assigned": ("s={a:1}\ns" + ".a" * DEEP + "=1\n", "too long"),
    "arrows": ("o=obj_new()\nprint,o" + "->a()" * DEEP + "\n", "too long"),
    "subscripts": ("o=[1]\nprint,o" + "[0]" * DEEP + "\n", "too long"),
    "template in template": ("a=" + nest("`${", "1", "}`") + "\n", ""),
    "template of many": ("a=1\nx=`" + "${a}" * DEEP + "`\n", "too long"),
    "quotes": ("x=" + "`" * DEEP + "\nprint,1\n", ""),
    "format": ("print,1,format='" + nest("(", "i", ")") + "'\nend\n", "nested too deeply"),
    "regular expression": ("print,stregex('a','" + nest("(", "a", ")") + "')\nend\n", "nested too deeply"),
    "long string": ("a='" + "x" * 10_000_000 + "'\nprint,strlen(a)\n", "10000000"),
    "long comment": ("print,1 ;" + "x" * 10_000_000 + "\n", "1"),
    "long name": ("x" * 10_000_000 + "=1\n", "at most 128"),
    "long array": ("a=[0" + ",1" * 1_000_000 + "]\nprint,n_elements(a)\n", "1000001"),
    "statements on a line": ("a=0L & " + "a++ & " * 400_000 + "print,a\n", "400000"),
    "statements of a batch": ("a=0L\n" + "a++\n" * 1_000_000 + "print,a\n", "1000000"),
    "statements of a routine": ("pro big\na=0L\n" + "a=a+1\n" * 1_000_000 + "print,a\nend\nbig\nend\n", "1000000"),
    "calls of a routine": ("pro big\n" + "wait,0\n" * 100_000 + "end\nbig\nend\n", "65,535"),
    "different constants": ("pro big\n" + "".join(f"a={i}L\n" for i in range(200_000)) + "print,a\nend\nbig\nend\n", "199999"),
    "labels": ("".join(f"l{i}: a={i}L\n" for i in range(DEEP)) + "print,a\nend\n", "99999"),
    "variables": ("pro q\n" + "".join(f"v{i}=1\n" for i in range(DEEP)) + "end\nq\nend\n", "limit 14,000"),
    "routines": ("".join(f"pro r{i}\nend\n" for i in range(DEEP)) + "print,'fine'\nend\n", "fine"),
    "many arguments": ("foo" + ",1" * DEEP + "\n", "temporary values"),
    "batch of itself": ("@t.pro\n", "too deeply"),
    "bare COMMON": ("common\n", "The name of a COMMON block follows"),
    "loop variable taken away": ("for i=1L,3 do a=temporary(i)+1\nprint, a\nend\n", "           2"),
    "subscript below CATCH": ("pro q\ncatch,e\nif e ne 0 then begin\nprint,'caught'\nreturn\nendif\na=[1,2]\nprint,a[7]\nend\nq\nend\n", "caught"),
    "handler that fails": ("catch,e\nif e ne 0 then begin\nn=n_elements(n) eq 0 ? 1 : n+1\nif n gt 9 then exit\n"
                           "x=undefined_one\nendif\nx=undefined_one\nend\n", ""),
}

OBJECT = "pro o__define\ns={o,inherits idl_object,x:0}\nend\no=obj_new('o')\n"
CHAINS = "for i=0L,99999 do "


def method(head, body, use):
    """A method of class O that comes back to itself."""
    return f"{head}\n{body}\nend\n{OBJECT}{use}\nend\n", "too deeply"


PROGRAMS = {
    "recursion within the limit": ("pro r,n\nif n gt 0 then r,n-1\nend\nr,9000\nprint,'fine'\nend\n", "fine"),
    "recursion caught": ("pro r,n\ncatch,e\nif e ne 0 then return\nr,n+1\nend\nr,0\nprint,'fine'\nend\n", "fine"),
    "CALL_FUNCTION": ("function f,n\nreturn,call_function('f',n+1)\nend\nprint,f(1)\nend\n", "too deeply"),
    "CALL_PROCEDURE": ("pro f,n\ncall_procedure,'f',n+1\nend\nf,1\nend\n", "too deeply"),
    "CALL_METHOD": method("pro o::m", "call_method,'m',self", "o.m"),
    "EXECUTE": ("pro r,n\nx=execute('r,n+1')\nend\nr,0\nend\n", "too deeply"),
    "EXECUTE in EXECUTE": ("t='a=1'\nfor i=0,15 do t='x=execute('''+strjoin(strsplit(t,'''',/extract,/preserve_null),'''''')"
                           "+''')'\nx=execute(t)\nprint,'fine',a\nend\n", "fine"),
    "method": method("pro o::m", "self.m", "o.m"),
    "operator": method("function o::_overloadplus,a,b", "return,a+b", "print,o+o"),
    "_overloadForeach": method("function o::_overloadforeach,v,k", "foreach x,self do y=x\nreturn,0", "foreach x,o do y=x"),
    "_overloadPrint": method("function o::_overloadprint", "print,self\nreturn,''", "print,o"),
    "_overloadHelp": method("function o::_overloadhelp,n", "help,self\nreturn,''", "help,o"),
    "_overloadSize": method("function o::_overloadsize", "return,n_elements(self)", "print,n_elements(o)"),
    "_overloadIsTrue": method("function o::_overloadistrue", "return, self ? 1 : 0", "if o then print,1"),
    "brackets": method("function o::_overloadbracketsrightside,i,a", "return,self[a]", "print,o[1]"),
    "brackets, left": method("pro o::_overloadbracketsleftside,r,v,i,a", "self[1]=v", "o[1]=1"),
    "GetProperty": method("pro o::getproperty,y=y", "z=obj_new('o')\ny=z.y", "print,o.y"),
    "SetProperty": method("pro o::setproperty,y=y", "z=obj_new('o')\nz.y=1", "o.y=2"),
    "Init": method("function o::init", "z=obj_new('o')\nreturn,1", ""),
    "Map": ("function f,x\nreturn,(list(1)).map('f')\nend\nprint,f(1)\nend\n", "too deeply"),
    "lambda": ("f=lambda(x,g: g(x,g))\nprint,f(1,f)\nend\n", "too deeply"),
    "class of itself": ("pro o__define\ns={o,x:{o}}\nend\no={o}\nend\n", "too deeply"),
    "class that inherits itself": ("pro o__define\ns={o,inherits o2}\nend\npro o2__define\ns={o2,inherits o}\nend\no={o}\nend\n", "deeply"),
    "structures": ("s={a:1}\n" + CHAINS + "s={a:s}\nend\n", "nested too deeply"),
    "structures within the limit": ("s={a:1}\nfor i=0,900 do s={a:s}\nprint,s\nx={s:s}\nhelp,s,/structures\nt=s\n"
                                    "struct_assign,s,t\nprint,'fine'\nend\n", "fine"),
    "pointers to pointers": ("p=ptr_new(0)\n" + CHAINS + "p=ptr_new(p)\nhelp,p\nheap_gc\nq=p\nx=*p\nprint,p eq q,ptr_valid(*p)\np=0 & q=0 & x=0\n"
                             "print,ptr_valid(),'|'\nend\n", "<NullPointer>|"),
    "pointers freed": ("p=ptr_new(0)\n" + CHAINS + "p=ptr_new(p)\nheap_free,p\nprint,ptr_valid(),'|'\nend\n", "<NullPointer>|"),
    "linked structures": ("p=ptr_new()\n" + CHAINS + "p=ptr_new({next:p,v:i})\nheap_gc\np=0\nprint,ptr_valid(),'|'\nend\n", "<NullPointer>|"),
    "lists in lists": ("l=list(1)\n" + CHAINS + "l=list(l)\nm=list(1)\n" + CHAINS + "m=list(m)\nhelp,l\nprint,l\n"
                       "print,l,/implied_print\nprint,array_equal(l,m)\nx=l eq m\nx=l[*]\nx=l.toarray()\nx=`${l}`\nheap_gc\n"
                       "l=0 & m=0 & x=0\nprint,obj_valid(),'|'\nend\n", "<NullObject>|"),
    "lists freed": ("l=list(1)\n" + CHAINS + "l=list(l)\nheap_free,l\nprint,obj_valid(),'|'\nend\n", "<NullObject>|"),
    "hashes in hashes": ("h=hash('a',1)\n" + CHAINS + "h=hash('a',h)\nhelp,h\nprint,h\nprint,h,/implied_print\nheap_gc\nx=h.tostruct()\n"
                         "x=h.tostruct(/recursive)\nend\n", "nested too deeply"),
    "objects in objects": ("pro o__define\ns={o,x:obj_new()}\nend\nfunction o::init,x\nself.x=x\nreturn,1\nend\npro o::cleanup\nend\n"
                           "o=obj_new('o',obj_new())\n" + CHAINS + "o=obj_new('o',o)\nheap_gc\no=0\nprint,obj_valid(),'|'\nend\n",
                           "<NullObject>|"),
    "objects that destroy objects": ("pro o__define\ns={o,x:obj_new()}\nend\nfunction o::init,x\nself.x=x\nreturn,1\nend\n"
                                     "pro o::cleanup\nobj_destroy,self.x\nend\no=obj_new('o',obj_new())\n" + CHAINS +
                                     "o=obj_new('o',o)\nobj_destroy,o\nend\n", "too deeply"),
    "pointer to itself": ("p=ptr_new(1)\n*p=p\nprint,p,*p\nhelp,p\nheap_free,p\np=ptr_new(1)\n*p=p\np=0\nheap_gc\nprint,ptr_valid(),'|'\nend\n",
                          "<NullPointer>|"),
    "structure that points to itself": ("s={p:ptr_new()}\ns.p=ptr_new(s)\n*s.p=s\nprint,s\nhelp,s,/structures\nprint,s,/implied_print\n"
                                        "heap_free,s\nprint,'fine'\nend\n", "fine"),
    "list that holds itself": ("l=list(1)\nl.add,l\nl.add,l\nprint,l\nhelp,l\nprint,l,/implied_print\nx=l eq l\nx=string(l)\nm=l+l\n"
                               "d=dictionary('a',l)\nd.d=d\nl.add,d\nprint,l,d,/implied_print\nl=0 & m=0 & d=0 & x=0\nheap_gc\n"
                               "print,obj_valid(),'|'\nend\n", "<NullObject>|"),
    "hash that holds itself": ("h=hash('a',1)\nh['h']=h\nprint,h\nhelp,h\nprint,h,/implied_print\nx=h eq h\nx=h.tostruct()\n"
                               "x=h.tostruct(/recursive)\nend\n", "contains itself"),
}
