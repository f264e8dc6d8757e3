// core/: values, arrays, structures, heap variables. Expectations by hand; structure sizes as idl-facts 9 (IDL counts
// 16 bytes a string, !ERROR_STATE has length 112 and data length 108).
#include "base/mem.h"
#include "check.h"
#include "core/arr.h"
#include "core/errors.h"
#include "core/heap.h"

static void test_strings(void)
{
    Str *s = NULL;
    for (int i = 0; i < 1000; i++) CHECK(str_append_mut(&s, "ab", 2));
    CHECK_INT(s->len, 2000);
    Str *shared = str_ref(s);
    CHECK(str_append_mut(&s, "c", 1));
    CHECK_INT(shared->len, 2000);
    CHECK(str_cmp(shared, s) < 0);
    str_drop(s);
    str_drop(shared);
}

static void test_arrays(void)
{
    Val v = val_arr_take(arr_new(T_STRING, 2, (int64_t[]){3, 4}, true));
    arr_set_take(v.a, 5, val_string("hello"));
    Val w = val_copy(&v);
    CHECK(arr_mut(&w) != v.a);
    arr_set_take(w.a, 5, val_string("other"));
    Val e = arr_get(v.a, 5);
    CHECK_STR(str_text(e.s), "hello");
    arr_copy_elements(w.a, 1, w.a, 0, 11);
    CHECK_STR(str_text(((StrSlot *)w.a->data)[6].p), "other");
    val_drop(&e);
    val_drop(&v);
    val_drop(&w);
    CHECK(arr_new(T_DOUBLE, 2, (int64_t[]){(int64_t)1 << 40, (int64_t)1 << 40}, true) == NULL);
}

static void test_structures(void)
{
    SDef *d = sdef_new("!ERROR_STATE");
    const int64_t two = 2;
    CHECK(sdef_add(d, "NAME", T_STRING, 0, NULL, NULL));
    CHECK(sdef_add(d, "BLOCK", T_STRING, 0, NULL, NULL));
    CHECK(sdef_add(d, "CODE", T_LONG, 0, NULL, NULL));
    CHECK(sdef_add(d, "SYS_CODE", T_LONG, 1, &two, NULL));
    CHECK(sdef_add(d, "SYS_CODE_TYPE", T_STRING, 0, NULL, NULL));
    CHECK(sdef_add(d, "MSG", T_STRING, 0, NULL, NULL));
    CHECK(sdef_add(d, "SYS_MSG", T_STRING, 0, NULL, NULL));
    CHECK(sdef_add(d, "MSG_PREFIX", T_STRING, 0, NULL, NULL));
    CHECK(!sdef_add(d, "MSG", T_STRING, 0, NULL, NULL));
    sdef_close(d);
    CHECK_INT(d->size, 112);
    CHECK_INT(d->data_length, 108);
    Arr *a = arr_new_struct(d, 1, (int64_t[]){3});
    ((StrSlot *)((char *)arr_at(a, 1) + d->tag[0].offset))->p = str_from("x");
    Arr *b = arr_copy(a);
    arr_drop(a);
    arr_drop(b);
    sdef_drop(d);
}

static void test_heap(void)
{
    Heap *h = heap_new();
    Val chain = val_long(1);
    for (int i = 0; i < 1000000; i++) {
        HeapVar *x = heap_var_take(h, chain, false);
        chain = val_ptr(x);
        heap_drop(x);
    }
    CHECK_INT(heap_count(h, false), 1000000);
    val_drop(&chain);
    CHECK_INT(heap_count(h, false), 0);
    HeapVar *a = heap_var_take(h, VAL_UNDEF, false);
    a->v = val_ptr(a);  // a cycle
    heap_drop(a);
    CHECK_INT(heap_count(h, false), 1);
    heap_free(h);
}

int main(void)
{
    test_strings();
    test_arrays();
    test_structures();
    test_heap();
    CHECK_STR(error_row(E_USER_ERR)->name, "IDL_M_USER_ERR");
    CHECK_INT(mem_stats().in_use, 0);
    CHECK_DONE();
}
