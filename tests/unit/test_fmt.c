// Formats: GDL's output for generated values (tests/golden/format.txt, source gdl), then hand-picked cases whose source
// is named at each group: gdl, manual, facts (the project's list of published IDL output), hand.
#include "check.h"
#include "core/errors.h"
#include "fmt/default.h"
#include "fmt/format.h"
#include "fmt/numtext.h"

#include <math.h>
#include <stdlib.h>

#define VALS(...) (const Val[]){__VA_ARGS__}, (int)(sizeof((const Val[]){__VA_ARGS__}) / sizeof(Val))

static char shown[60000];

static const char *show(Buf *b)
{
    snprintf(shown, sizeof shown, "%.*s", (int)b->len, b->p ? b->p : "");
    buf_free(b);
    return shown;
}

static const char *written(const char *format, const Val *v, int n)
{
    const Val *list[32];
    for (int i = 0; i < n; i++) list[i] = &v[i];
    Format *f;
    Status s = format_parse(format, strlen(format), &f);
    if (!status_ok(s)) {
        snprintf(shown, sizeof shown, "error: %s", s.text ? s.text : "");
        status_drop(&s);
        return shown;
    }
    Items it;
    items_start(&it, list, n, true);
    Buf b = BUF_INIT(1 << 20);
    s = format_write(f, &it, &b, NULL, NULL);
    items_free(&it);
    format_free(f);
    if (!status_ok(s)) {
        buf_free(&b);
        snprintf(shown, sizeof shown, "error: %s", s.text ? s.text : "");
        status_drop(&s);
        return shown;
    }
    return show(&b);
}

static const char *printed(const Val *v, int n)
{
    Buf b = BUF_INIT(1 << 20);
    DefaultOut d;
    default_start(&d, &b, 80);
    for (int i = 0; i < n; i++) default_value(&d, &v[i]);
    default_end(&d);
    return show(&b);
}

static const char *implied(const Val *v)
{
    Buf b = BUF_INIT(1 << 20);
    default_implied(&b, v, 80, NULL);
    return show(&b);
}

static Val ints(int rank, const int64_t *dim)
{
    Arr *a = arr_new(T_INT, rank, dim, false);
    for (int64_t i = 0; i < a->n; i++) ((int16_t *)a->data)[i] = (int16_t)i;
    return val_arr_take(a);
}

static Val strings(const char *const *p, int64_t n)
{
    Arr *a = arr_new1(T_STRING, n, true);
    for (int64_t i = 0; i < n; i++) ((StrSlot *)a->data)[i].p = str_from(p[i]);
    return val_arr_take(a);
}

// ---- recorded ----------------------------------------------------------------------------------------------------------

static Val value_of(const char *kind, const char *text)
{
    static const struct { const char *kind; TypeCode t; } kinds[] = {
        {"B", T_BYTE}, {"I", T_INT}, {"U", T_UINT}, {"L", T_LONG}, {"UL", T_ULONG}, {"LL", T_LONG64},
        {"ULL", T_ULONG64}, {"F", T_FLOAT}, {"D", T_DOUBLE}};
    if (!strcmp(kind, "S")) return val_string(text);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (strcmp(kind, kinds[i].kind)) continue;
        Dcx room;
        CHECK(numtext_convert(kinds[i].t, &room, text, strlen(text), false));
        return val_from_element(kinds[i].t, &room);
    }
    return VAL_UNDEF;
}

static void test_recorded(const char *path)
{
    FILE *f = fopen(path, "r");
    CHECK(f != NULL);
    if (!f) return;
    char line[2000];
    int n = 0, bad = 0;
    while (fgets(line, sizeof line, f)) {
        line[strcspn(line, "\n")] = 0;
        char *rest = line, *kind = strsep(&rest, "|"), *text = strsep(&rest, "|"), *format = strsep(&rest, "|");
        if (!rest) continue;
        Val v = value_of(kind, text);
        strcat(rest, "\n");
        const char *got = *format ? written(format, &v, 1) : printed(&v, 1);
        n++;
        check_count++;
        if (strcmp(got, rest)) {
            check_failures++;
            if (bad++ < 40) fprintf(stderr, "%s %s %s: got [%s] expected [%s]\n", kind, text, format, got, rest);
        }
        val_drop(&v);
    }
    fclose(f);
    CHECK(n > 4000);
}

static TypeCode kind_type(const char *kind, size_t n)
{
    static const struct { const char *kind; TypeCode t; } kinds[] = {
        {"B", T_BYTE}, {"I", T_INT}, {"U", T_UINT}, {"L", T_LONG}, {"UL", T_ULONG}, {"LL", T_LONG64}, {"S", T_STRING},
        {"ULL", T_ULONG64}, {"F", T_FLOAT}, {"D", T_DOUBLE}, {"C", T_COMPLEX}, {"Z", T_DCOMPLEX}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strlen(kinds[i].kind) == n && !memcmp(kind, kinds[i].kind, n)) return kinds[i].t;
    return T_UNDEF;
}

// One part of a spec of print.txt: K:text or K*d1,d2.
static Val spec_value(const char *p)
{
    size_t n = strcspn(p, ":*");
    TypeCode t = kind_type(p, n);
    if (p[n] == ':') {
        Dcx room;
        if (t == T_STRING) return val_string(p + n + 1);
        numtext_convert(t, &room, p + n + 1, strlen(p + n + 1), false);
        return val_from_element(t, &room);
    }
    int64_t dim[MAX_RANK];
    int rank = 0;
    for (char *q = (char *)p + n; *q; ) dim[rank++] = strtol(q + 1, &q, 10);
    Arr *a = arr_new(t, arr_trim_rank(rank, dim), dim, true);
    for (int64_t i = 0; i < a->n; i++) {
        char name[24];
        snprintf(name, sizeof name, "s%d", (int)i);
        if (t == T_STRING) ((StrSlot *)a->data)[i].p = str_from(name);
        else numtext_store_int(t, arr_at(a, i), i);
    }
    return val_arr_take(a);
}

static void check_print_case(char *spec, const char *want)
{
    Val v[16];
    int n = 0;
    char *rest = spec;
    for (char *part; (part = strsep(&rest, " "));) v[n++] = spec_value(part);
    CHECK_STR(printed(v, n), want);
    for (int i = 0; i < n; i++) val_drop(&v[i]);
}

static void test_recorded_print(const char *path)  // gdl
{
    FILE *f = fopen(path, "r");
    CHECK(f != NULL);
    if (!f) return;
    static char line[4000], spec[4000], want[60000];
    *spec = 0;
    while (fgets(line, sizeof line, f)) {
        if (line[0] != '#') {
            strcat(want, line);
            continue;
        }
        if (*spec) check_print_case(spec, want);
        line[strcspn(line, "\n")] = 0;
        strcpy(spec, line + 2);
        *want = 0;
    }
    check_print_case(spec, want);
    fclose(f);
}

// ---- default output ----------------------------------------------------------------------------------------------------

static void test_default(void)
{
    // gdl and facts
    CHECK_STR(printed(VALS(val_byte(1), val_int(2), val_long(3), val_float(4), val_double(5))),
              "   1       2           3      4.00000       5.0000000\n");
    CHECK_STR(printed(VALS(val_float(NAN), val_float(INFINITY), val_float(-INFINITY), val_double(-NAN), val_double(-INFINITY))),
              "          NaN          Inf         -Inf            -NaN       -Infinity\n");
    CHECK_STR(printed(VALS(val_complex(1, 2))), "(      1.00000,      2.00000)\n");
    Val s[] = {val_string("a"), val_int(1), val_string("b"), val_string("c"), val_float(1.5f), val_string("d")};
    CHECK_STR(printed(s, 6), "a       1bc      1.50000d\n");
    CHECK_STR(printed(NULL, 0), "\n");
    Val a3[] = {ints(1, (int64_t[]){2}), val_int(3)};
    CHECK_STR(printed(a3, 2), "       0       1\n       3\n");
    CHECK_STR(printed(a3, 1), "       0       1\n");
    Val cube = ints(3, (int64_t[]){2, 2, 2});
    CHECK_STR(printed(&cube, 1), "       0       1\n       2       3\n\n       4       5\n       6       7\n");
    Val long_row = ints(2, (int64_t[]){12, 1});
    CHECK_STR(printed(&long_row, 1),
              "       0       1       2       3       4       5       6       7       8       9\n      10      11\n");
    Val names = strings((const char *const[]){"aaa", "b", "cc"}, 3);
    CHECK_STR(printed(&names, 1), "aaa b cc\n");
    CHECK_STR(implied(&names), "aaa\nb\ncc\n");  // manual
    // facts: an item that would end past the width starts a line
    char text[80];
    memset(text, 'x', sizeof text);
    Val fit[] = {val_stringn(text, 72), val_int(1)}, no_fit[] = {val_stringn(text, 73), val_int(1)};
    CHECK_INT(strcspn(printed(fit, 2), "\n"), 80);
    CHECK_INT(strcspn(printed(no_fit, 2), "\n"), 73);
    for (int i = 0; i < 6; i++) val_drop(&s[i]);
    val_drop(&a3[0]);
    val_drop(&cube);
    val_drop(&long_row);
    val_drop(&names);
    val_drop(&fit[0]);
    val_drop(&no_fit[0]);
}

static void test_implied(void)  // manual
{
    Val f = val_float(1.2345678f), d = val_double(M_PI);
    CHECK_STR(implied(&f), "       1.2345678\n");
    CHECK_STR(implied(&d), "       3.1415926535897931\n");
    SDef *inner = sdef_new(NULL), *outer = sdef_new(NULL);
    sdef_add(inner, "SUB1", T_INT, 1, (int64_t[]){3}, NULL);
    sdef_add(inner, "SUB2", T_INT, 0, NULL, NULL);
    sdef_close(inner);
    sdef_add(outer, "FIELD1", T_STRING, 0, NULL, NULL);
    sdef_add(outer, "FIELD2", T_STRUCT, 1, (int64_t[]){1}, inner);
    sdef_close(outer);
    Val s = val_arr_take(arr_new_struct(outer, 1, (int64_t[]){1}));
    ((StrSlot *)s.a->data)->p = str_from("hello, world");
    int16_t *n = (int16_t *)((char *)s.a->data + outer->tag[1].offset);
    for (int16_t i = 0; i < 3; i++) n[i] = i + 1;
    n[3] = 2;
    CHECK_STR(implied(&s), "{\n  FIELD1: \"hello, world\",\n  FIELD2: {\n    SUB1:                  [1, 2, 3],\n"
                           "    SUB2:                  2\n  }\n}\n");
    CHECK_STR(printed(&s, 1), "{ hello, world{       1       2       3       2}}\n");  // gdl
    val_drop(&s);
    sdef_drop(inner);
    sdef_drop(outer);
}

// ---- formats -----------------------------------------------------------------------------------------------------------

static void test_control_codes(void)
{
    const Val one = val_int(1), two = val_int(2), three = val_int(3);
    CHECK_STR(written("(3(i3,\",\"),\"end\")", VALS(one, two, three)), "  1,  2,  3,end\n");  // gdl
    CHECK_STR(written("(3(i3,:,\",\"),\"end\")", VALS(one, two)), "  1,  2\n");             // facts: : ends it all
    CHECK_STR(written("(1(i8,:,\",\"))", VALS(val_int(50))), "      50\n");                 // facts
    CHECK_STR(written("(i3,2x,i3,/,i3)", VALS(one, two, three)), "  1    2\n  3\n");        // gdl
    CHECK_STR(written("(i2,TL15,i2)", VALS(two, three)), " 3\n");                           // facts
    CHECK_STR(written("(t10,i3,tl5,i2,tr3,\"x\")", VALS(one, two)), "        2  1x\n");    // hand
    CHECK_STR(written("(5hhello,i3)", VALS(one)), "hello  1\n");                            // manual
    CHECK_STR(written("(\"it''s\",' \"x\"',i3)", VALS(one)), "it''s \"x\"  1\n");
    CHECK_STR(written("(i3,$)", VALS(one)), "  1");                                         // facts
    CHECK_STR(written("(\"a\",(i3))", VALS(one, two)), "a  1\n  2\n");                      // gdl
    // FORTRAN's reversion: to the last group of the first level, its count included
    CHECK_STR(written("(\"a\",2(i3),\"b\")", VALS(one, two, three)), "a  1  2b\n  3\n");
    CHECK_STR(written("(i3,2x)", VALS(one)), "  1  \n");                                    // gdl
    CHECK_STR(written("(f8.3,2(x,f8.3))", VALS(val_float(1.5f))), "   1.500 \n");
    CHECK_STR(written("(i3)", NULL, 0), "\n");                                              // gdl
    CHECK_STR(written("(\"x\",i3)", NULL, 0), "x\n");                                       // gdl
    CHECK_STR(written("(f10.2)", VALS(val_complex(1, 2))), "      1.00\n      2.00\n");      // gdl
    CHECK_STR(written("(q,i3)", VALS(one)), "  1\n");
    // errors point at the place
    CHECK_STR(written("(i5,k3)", VALS(one)), "error: Illegal format: unknown format code.\n  (i5,k3)\n      ^");
    CHECK_STR(written("(i5", VALS(one)), "error: Illegal format: missing ).\n  (i5\n     ^");
    CHECK_STR(written("()", VALS(one)), "error: Infinite format loop detected.");           // gdl
    CHECK_STR(written("(q)", VALS(one)), "error: Infinite format loop detected.");          // gdl
    CHECK(!strncmp(written("(99999999999i3)", VALS(one)), "error:", 6));
    CHECK(!strncmp(written("(16000000(16000000(t1)),i3)", VALS(one)), "error:", 6));
}

static void test_numbers(void)
{
    const Val e = val_float(1.5f);
    CHECK_STR(written("(f10.3)", VALS(val_float(NAN))), "       NaN\n");  // gdl
    CHECK_STR(written("(f10.3)", VALS(val_double(-INFINITY))), " -Infinity\n");
    CHECK_STR(written("(f2.1)", VALS(val_float(INFINITY))), "**\n");      // gdl
    CHECK_STR(written("(i5)", VALS(val_float(NAN))), "*****\n");         // gdl
    CHECK_STR(written("(i05,'|',i+05,'|',i-5,'|',i6.4)", VALS(val_int(-5), val_int(-5), val_int(-5), val_int(-5))),
              "-0005|-0005|-5   | -0005\n");                              // gdl
    CHECK_STR(written("(Z,'|',z08,'|',o,'|',b)", VALS(val_int(255), val_int(255), val_int(8), val_byte(5))),
              "     FF|000000ff|     10|     101\n");                     // gdl
    CHECK_STR(written("(e8.3,e12.3e3)", VALS(e, e)), "********   1.500e+00\n");  // gdl
    CHECK_STR(written("(g10.4,g10.4,g10.5)", VALS(val_float(100), val_float(1e5f), val_float(1e4f))),
              "     100.0 1.000e+05    10000.\n");                        // manual
    // C style: gdl, and the manual's example
    CHECK_STR(written("The values are: [ %f %f %f]", VALS(val_float(0), val_float(1), val_float(2))),
              "The values are: [ 0.000000 1.000000 2.000000]\n");
    Val s = val_string("abc");
    CHECK_STR(written("%d|%s|%5.1f|%05d|%-5d|%+d|%%|%z|%b", VALS(val_int(1), s, e, val_int(7), val_int(7), val_int(7),
                                                                val_int(255), val_int(5))),
              "1|abc|  1.5|00007|7    |+7|%|ff|101\n");
    CHECK_STR(written("(%\"a\\tb\\x41\\101 %d\",i3)", VALS(val_int(1), val_int(2))), "a\tbAA 1  2\n");
    CHECK_STR(written("%d,%d", VALS(val_int(1), val_int(2), val_int(3), val_int(4))), "1,2\n3,4\n");
    CHECK_STR(written("(a5,'|',a2,'|',a-5,'|')", VALS(s, s, s)), "  abc|ab|abc  |\n");  // gdl
    CHECK_STR(written("(a10)", VALS(e)), "      1.50\n");                                // gdl
    val_drop(&s);
}

static void test_calendar(void)
{
    Val j = val_double(2451605.0641782414);
    CHECK_STR(written("(C())", VALS(j)), "Wed Mar 01 13:32:25 2000\n");  // gdl
    CHECK_STR(written("(C(CYI4.4,'-',CMOI2.2,'-',CDI2.2,'T',CHI2.2,':',CMI2.2,':',CSF06.3))", VALS(val_double(2451605.5))),
              "2000-03-02T00:00:00.000\n");                              // gdl
    CHECK_STR(written("(C(CMOA,'|',CMoA0,'|',CmoA5,'|',CDWA9,'|',ChI,CAPA,CHI))", VALS(j)),
              "MAR|March|march|WEDNESDAY| 1PM13\n");                      // manual
    CHECK_STR(written("(C(CYI5))", VALS(val_double(0))), "-4713\n");     // vendor's article 4207
    CHECK_STR(written("(C(CYI,'/',CMOI,'/',CDI))", VALS(val_double(2299160), val_double(2299161))),
              "1582/10/ 4\n1582/10/15\n");                               // hand
    for (double x = -900.25; x < 3e6; x += 1234.567) {
        CalendarDate d;
        CHECK(calendar_from_julian(x, false, &d));
        CHECK(fabs(calendar_to_julian(&d) - x) < 1e-8);
    }
}

// ---- input -------------------------------------------------------------------------------------------------------------

typedef struct Lines {
    const char *p;
    char line[200];
} Lines;

static Status next_line(void *src, const char **p, size_t *n)
{
    Lines *l = src;
    if (!l->p || !*l->p) return status_fail(E_EOF, "End of file encountered.");
    *n = strcspn(l->p, "\n");
    memcpy(l->line, l->p, *n);
    *p = l->line;
    l->p += *n + (l->p[*n] == '\n');
    return STATUS_OK;
}

static int read_into(const char *format, const char *text, Val *v, int n)
{
    const Val *list[8];
    for (int i = 0; i < n; i++) list[i] = &v[i];
    Lines lines = {.p = text};
    LineSource src = {next_line, &lines};
    Items it;
    items_start(&it, list, n, format != NULL);
    Status s;
    if (format) {
        Format *f;
        s = format_parse(format, strlen(format), &f);
        if (status_ok(s)) {
            s = format_read(f, &it, &src, NULL);
            format_free(f);
        }
    } else {
        s = free_read(&it, &src);
    }
    items_free(&it);
    for (int i = 0; i < n; i++) items_written(&v[i]);
    int code = s.code;
    status_drop(&s);
    return code;
}

static void test_free_read(void)  // gdl, but where marked
{
    Val v[] = {val_int(0), val_float(0), val_string("")};
    CHECK_INT(read_into(NULL, "1 2.5 hello world\n", v, 3), 0);
    CHECK(v[0].i == 1 && v[1].f == 2.5f);
    CHECK_STR(str_text(v[2].s), " hello world");
    CHECK_INT(read_into(NULL, "3.7\t-4e1\n\nabc\n", v, 3), 0);
    CHECK(v[0].i == 3 && v[1].f == -40);
    CHECK_STR(str_text(v[2].s), "");  // the line after the numbers' is empty: hand
    CHECK_INT(read_into(NULL, "5\n6\nabc\n", v, 3), 0);
    CHECK_STR(str_text(v[2].s), "abc");
    CHECK_INT(read_into(NULL, "abc\n", v, 1), E_CONVERT);
    CHECK_INT(read_into(NULL, "1\n", v, 2), E_EOF);
    CHECK_INT(read_into(NULL, "1e3 1", v, 2), 0);
    CHECK_INT(v[0].i, 1000);  // manual: a floating value is truncated
    Val z[] = {val_complex(0, 0), val_double(0)};
    CHECK_INT(read_into(NULL, "( 1.5 , 2 ),3d2", z, 2), 0);
    CHECK(z[0].c.re == 1.5f && z[0].c.im == 2 && z[1].d == 300);
    Val a = ints(1, (int64_t[]){5});
    CHECK_INT(read_into(NULL, "9 8\n7,6\n5 4\n", &a, 1), 0);
    CHECK(((int16_t *)a.a->data)[0] == 9 && ((int16_t *)a.a->data)[4] == 5);
    val_drop(&a);
    val_drop(&v[2]);
}

static void test_format_read(void)  // gdl, but where marked
{
    Val v[] = {val_int(0), val_float(0), val_string("")};
    CHECK_INT(read_into("(i3,f2)", "12345", v, 2), 0);
    CHECK(v[0].i == 123 && v[1].f == 45);
    CHECK_INT(read_into("(2x,i2,x,f0,a)", "ab12,3.5xyz", v, 3), 0);
    CHECK(v[0].i == 12 && v[1].f == 3.5f);
    CHECK_STR(str_text(v[2].s), "xyz");
    CHECK_INT(read_into("(t5,i2,t1,f2)", "12  34", v, 2), 0);
    CHECK(v[0].i == 34 && v[1].f == 12);
    CHECK_INT(read_into("(z)", "ff", v, 1), 0);
    CHECK_INT(v[0].i, 255);
    CHECK_INT(read_into("(i5)", "", v, 1), E_EOF);
    CHECK_INT(read_into("(i5,f5)", "   12", v, 2), 0);
    CHECK(v[0].i == 12 && v[1].f == 0);  // hand: fields past the end are zero
    CHECK_INT(read_into("%d %f", "12 34", v, 2), 0);
    CHECK(v[0].i == 12 && v[1].f == 34);
    CHECK_INT(read_into("(i5)", "abc", v, 1), E_CONVERT);
    // Published IDL output (idlcoyote.com, "Repeating formats and brackets"): reversion with the group's count, and a
    // field's number ends at what is none.
    Val a = ints(1, (int64_t[]){16});
    CHECK_INT(read_into("(1x,i6,3(1x,i2),4x,6(1x,i6))",
                        "|020922 10:00:00    |   339|   348|    63|   356|   400|    88|\n"
                        "|020922 11:00:00    |   345|   349|   111|   422|   482|   140|\n", &a, 1), 0);
    int16_t *p = a.a->data;
    CHECK(p[1] == 10 && p[4] == 339 && p[9] == 88 && p[10] == 20922 && p[11] == 11 && p[12] == 0 && p[13] == 345);
    val_drop(&a);
    Val j = val_double(0);
    CHECK_INT(read_into("(C(CYI4,X,CMOI2,X,CDI2,X,CHI2,X,CMI2,X,CSI2))", "2000-03-01 13:32:25", &j, 1), 0);
    CHECK(fabs(j.d - 2451605.0641782414) < 1e-8);  // vendor's article 4207
    CHECK_INT(read_into("(C())", "Sat Jan  1 12 32 54 2000", &j, 1), 0);
    CHECK(fabs(j.d - 2451545.0228472222) < 1e-6);  // hand
    val_drop(&v[2]);
}

static void test_cache(void)
{
    FormatCache c = {0};
    const Format *f, *g;
    Status s = format_cached(&c, "(i3)", 4, &f);
    CHECK(status_ok(s));
    s = format_cached(&c, "(i3)", 4, &g);
    CHECK(status_ok(s) && f == g);
    format_cache_free(&c);
}

int main(int argc, char **argv)
{
    test_recorded(argc > 1 ? argv[1] : "tests/golden/format.txt");
    test_recorded_print("tests/golden/print.txt");
    test_default();
    test_implied();
    test_control_codes();
    test_numbers();
    test_calendar();
    test_free_read();
    test_format_read();
    test_cache();
    CHECK_DONE();
}
