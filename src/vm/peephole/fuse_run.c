// Running a plan: types first (nothing may fail once it has begun), scalars next, once; then pieces of the arrays go
// through all steps. The loops and type rules are those of single operations, so results are the same to the bit.
// Start reading at fuse_run.
#include "vm/peephole/fuse.h"

#include "base/mem.h"
#include "sys/interrupt.h"
#include "vm/array/operate.h"
#include "vm/array/threads.h"
#include "vm/fault/throw.h"
#include "vm/peephole/grow.h"

#include <stdatomic.h>
#include <string.h>

enum { CELL = 16, ROOMS = 12 };

// One operand of a step on its way to the loop.
typedef struct Feed {
    const char *data;   // of an array the first element, of a scalar its cell
    size_t stride;      // bytes from one element to the next in an array; 0: a scalar or a room
    int room;           // what an earlier step has left there; -1: none
    KernUnary convert;  // NULL: of the type already
    bool is_array;
} Feed;

typedef struct Work {
    uint8_t kind;
    KernBinary binary;
    KernUnary unary;
    TypeCode type;       // of the result
    bool is_array;
    Feed a, b;
    int room;            // where a piece of the result goes; -1: into the result array, or a scalar's cell
    _Alignas(16) char cell[CELL];
} Work;

typedef struct Fusion {
    const FusePlan *plan;
    CallFrame *frame;
    const Arr *shape;    // the first array met; all others have its dimensions
    unsigned busy;       // rooms in use
    unsigned types;      // a bit for each type on the way
    size_t piece;        // elements that go through all steps at a time
    Work work[FUSE_STEPS];
    _Alignas(16) char constant[FUSE_STEPS][2][CELL];  // scalars converted
} Fusion;

static const Val *value_of(const CallFrame *f, uint16_t r)
{
    return r >= K_BASE ? &f->code->k[r - K_BASE] : val_deref_const(&f->base[r]);
}

static bool same_shape(const Arr *a, const Arr *b)
{
    if (a->n != b->n || a->rank != b->rank) return false;
    return a->rank == 1 || memcmp(a->dim, b->dim, (size_t)a->rank * sizeof a->dim[0]) == 0;
}

// The type of an operand, and whether it is an array; false if it does not fit.
static bool look(Fusion *u, FuseSource s, TypeCode *type, bool *is_array)
{
    if (s.is_step) {
        *type = u->work[s.at].type;
        *is_array = u->work[s.at].is_array;
        return true;
    }
    const Val *v = value_of(u->frame, s.at);
    if (!type_is_numeric(v->type)) return false;
    *type = v->type;
    *is_array = val_is_array(v);
    if (!*is_array) return true;
    if (!u->shape) u->shape = v->a;
    return same_shape(u->shape, v->a);
}

static int take_room(Fusion *u)
{
    for (int i = 0; i < ROOMS; i++) {
        if (u->busy & 1u << i) continue;
        u->busy |= 1u << i;
        return i;
    }
    return -1;
}

// What a unary step does to a type: the loop, what it converts to first, and what comes out.
static KernUnary unary_loop(const FuseStep *s, TypeCode t, TypeCode *in, TypeCode *out)
{
    *in = *out = t;
    switch ((FuseKind)s->kind) {
    case FUSE_MATH:
        if (type_is_complex(t)) return NULL;
        *in = *out = t == T_DOUBLE ? T_DOUBLE : T_FLOAT;
        return kern_math((KernMathFn)s->op, *in);
    case FUSE_CAST: *out = (TypeCode)s->op; return kern_convert(*out, t);
    default: return operate_unary_types((KernUnaryOp)s->op, t, out);
    }
}

static void feed(Fusion *u, Feed *f, FuseSource s, TypeCode from, TypeCode to, bool is_array)
{
    *f = (Feed){.room = -1, .is_array = is_array, .convert = from == to ? NULL : kern_convert(to, from)};
    if (s.is_step) {
        f->room = u->work[s.at].room;
        f->data = u->work[s.at].cell;
        return;
    }
    const Val *v = value_of(u->frame, s.at);
    f->data = val_data_peek(v);
    f->stride = is_array ? type_size(from) : 0;
}

static void leave_room(Fusion *u, const Feed *f)
{
    if (f->is_array && f->room >= 0) u->busy &= ~(1u << f->room);
}

// Types, loops and rooms of step i; false if the plan does not fit these operands.
static bool prepare_step(Fusion *u, int i)
{
    const FuseStep *s = &u->plan->step[i];
    Work *w = &u->work[i];
    TypeCode ta, tb = T_UNDEF, in_a, in_b = T_UNDEF;
    bool array_b = false;
    w->kind = s->kind;  // what follows sets all that a step of this kind has
    w->room = -1;
    if (!look(u, s->a, &ta, &w->a.is_array)) return false;
    if (s->kind == FUSE_BINARY) {
        if (!look(u, s->b, &tb, &array_b)) return false;
        OperateTypes t = operate_types((KernOp)s->op, ta, tb);
        w->binary = t.kernel;
        w->type = t.result;
        in_a = t.a;
        in_b = t.b;
        if (!t.kernel) return false;
    } else {
        w->unary = unary_loop(s, ta, &in_a, &w->type);
        if (!w->unary) return false;
    }
    w->is_array = w->a.is_array || array_b;
    if (w->is_array && i < u->plan->n - 1 && (w->room = take_room(u)) < 0) return false;
    feed(u, &w->a, s->a, ta, in_a, w->a.is_array);
    if (s->kind == FUSE_BINARY) feed(u, &w->b, s->b, tb, in_b, array_b);
    leave_room(u, &w->a);
    if (s->kind == FUSE_BINARY) leave_room(u, &w->b);
    u->types |= 1u << w->type | 1u << in_a | 1u << in_b;
    return true;
}

static bool prepare(Fusion *u)
{
    for (int i = 0; i < u->plan->n; i++) {
        if (!prepare_step(u, i)) return false;
    }
    const unsigned wide = 1u << T_DOUBLE | 1u << T_LONG64 | 1u << T_ULONG64 | 1u << T_COMPLEX | 1u << T_DCOMPLEX;
    u->piece = u->types & wide ? FUSE_PIECE : FUSE_BYTES / 4;
    return u->work[u->plan->n - 1].is_array;
}

// A scalar operand, converted once.
static void settle(Feed *f, char *cell)
{
    if (f->is_array || !f->convert) return;
    f->convert(cell, f->data, 1);
    f->data = cell;
    f->convert = NULL;
}

static void run_scalars(Fusion *u, unsigned *math)
{
    for (int i = 0; i < u->plan->n; i++) {
        Work *w = &u->work[i];
        settle(&w->a, u->constant[i][0]);
        if (w->kind == FUSE_BINARY) settle(&w->b, u->constant[i][1]);
        if (w->is_array) continue;
        if (w->kind == FUSE_BINARY) *math |= w->binary(w->cell, w->a.data, w->b.data, 1, KSHAPE_AA);
        else w->unary(w->cell, w->a.data, 1);
    }
}

// --- Pieces -----------------------------------------------------------------------------------------------------------

typedef struct Rooms {
    _Alignas(64) char step[ROOMS][FUSE_BYTES];
    _Alignas(64) char converted[2][FUSE_BYTES];
    _Alignas(64) char result[FUSE_BYTES];
} Rooms;

static const void *piece(const Feed *f, int which, Rooms *r, size_t at, size_t m)
{
    const char *p = f->is_array && f->room >= 0 ? r->step[f->room] : f->data + at * f->stride;
    if (!f->convert) return p;
    f->convert(r->converted[which], p, m);
    return r->converted[which];
}

static int shape_of(const Work *w)
{
    return !w->b.is_array ? KSHAPE_AS : w->a.is_array ? KSHAPE_AA : KSHAPE_SA;
}

// Elements at..at+m-1 through all steps; the last one writes to `out`.
static unsigned run_piece(const Fusion *u, Rooms *r, char *out, size_t at, size_t m)
{
    unsigned math = 0;
    for (int i = 0; i < u->plan->n; i++) {
        const Work *w = &u->work[i];
        if (!w->is_array) continue;
        const void *a = piece(&w->a, 0, r, at, m);
        void *to = w->room >= 0 ? r->step[w->room] : out;
        if (w->kind == FUSE_BINARY) math |= w->binary(to, a, piece(&w->b, 1, r, at, m), m, shape_of(w));
        else w->unary(to, a, m);
    }
    return math;
}

// --- The result -------------------------------------------------------------------------------------------------------

static bool fits(const Val *v, const Arr *shape, TypeCode t)
{
    return val_is_array(v) && v->type == t && same_shape(v->a, shape) && arr_is_unique(v->a);
}

static bool is_temp(const CallFrame *f, uint16_t r) { return r < K_BASE && r >= f->code->nvars + f->code->nhidden; }

// RETURN of the result follows, so that the routine's own variables die.
static bool is_returned(const Fusion *u)
{
    Instr next = u->frame->code->ins[u->plan->after];
    return next.op == OP_RETURN && next.b && next.a == u->plan->dst;
}

// Operand k of step i where it lies: in one of the frame's own registers, and no reference; else NULL.
static Val *own_operand(const Fusion *u, int i, int k)
{
    const FuseStep *s = &u->plan->step[i];
    FuseSource from = k ? s->b : s->a;
    if ((k && s->kind != FUSE_BINARY) || from.is_step || from.at >= K_BASE) return NULL;
    Val *v = &u->frame->base[from.at];
    return v->type == T_REF ? NULL : v;
}

static bool is_temporary(const Fusion *u, const Val *v) { return is_temp(u->frame, (uint16_t)(v - u->frame->base)); }

// An operand whose array may become the result: a temporary, which dies here, or a variable that does.
static Val *dead_operand(const Fusion *u, TypeCode t)
{
    bool all_die = is_returned(u);
    for (int i = 0; i < 2 * u->plan->n; i++) {
        Val *v = own_operand(u, i / 2, i % 2);
        if (v && (all_die || is_temporary(u, v)) && fits(v, u->shape, t)) return v;
    }
    return NULL;
}

static int temporaries_with(const Fusion *u, const Arr *a)
{
    int n = 0;
    for (int i = 0; i < 2 * u->plan->n; i++) {
        const Val *v = own_operand(u, i / 2, i % 2);
        n += v && is_temporary(u, v) && val_is_array(v) && v->a == a;
    }
    return n;
}

// What a pointer points to, if the result is assigned to it at once and nobody else has the array: *p = *p + 1, *p += x.
static const Val *pointee(Vm *vm, const Fusion *u, const Val *dst, TypeCode t)
{
    if (dst != &u->frame->base[u->plan->dst] || !is_temp(u->frame, u->plan->dst)) return NULL;
    const Val *v = grow_pointee(vm, u->frame, u->plan->after, u->plan->dst);
    bool may = v && val_is_array(v) && v->type == t && same_shape(v->a, u->shape) && !v->a->is_view;
    return may && arr_has_owners(v->a, (uint32_t)(1 + temporaries_with(u, v->a))) ? v : NULL;
}

// The array that takes the result; one reference is the caller's. The destination's own, if nobody else has it: each of
// its elements is read before it is written. *lasts: it is what a variable has, which must not be left half done.
static Arr *result_array(Vm *vm, const Fusion *u, const Val *dst, TypeCode t, bool *lasts)
{
    const Val *dead = NULL, *v = fits(dst, u->shape, t) ? dst : NULL;
    if (!v) v = dead = dead_operand(u, t);
    if (!v) v = pointee(vm, u, dst, t);
    *lasts = v && !(dead && is_temporary(u, dead));
    return v ? arr_ref(v->a) : arr_new_like(u->shape, t, false);
}

static void consume(Fusion *u)
{
    for (int i = 0; i < u->plan->n; i++) {
        const FuseStep *s = &u->plan->step[i];
        if (!s->a.is_step && is_temp(u->frame, s->a.at)) val_drop(&u->frame->base[s->a.at]);
        if (s->kind == FUSE_BINARY && !s->b.is_step && is_temp(u->frame, s->b.at)) val_drop(&u->frame->base[s->b.at]);
    }
}

// Where pieces of the result go: into an array, or to what takes them.
typedef struct Sink {
    char *data;  // of the array; NULL: there is none
    size_t size;  // of an element
    const Reducer *taker;
    void *state;
    bool may_stop;  // at Ctrl-C: nothing that lasts has been written
} Sink;

// Runs of pieces, the items of work for threads. A taker has a state for each run.
typedef struct Job {
    const Fusion *fusion;
    const Sink *sink;
    size_t begin, end, chunk;  // elements
    char *states;              // REDUCER_CHUNK each; NULL: there is no taker
    atomic_uint math;
} Job;

enum { CHUNK = FUSE_PIECE * CHUNK_PIECES };  // elements between two looks for Ctrl-C

static unsigned run_range(const Fusion *u, const Sink *sink, size_t at, size_t end, void *state,
                          void (*take)(void *, const void *, int64_t))
{
    Rooms rooms;
    unsigned math = 0;
    for (; at < end; at += u->piece) {
        size_t m = end - at < u->piece ? end - at : u->piece;
        math |= run_piece(u, &rooms, sink->data ? sink->data + at * sink->size : rooms.result, at, m);
        for (size_t i = 0; take && i < m; i += FUSE_PIECE) {
            take(state, rooms.result + i * sink->size, (int64_t)(m - i < FUSE_PIECE ? m - i : FUSE_PIECE));
        }
    }
    return math;
}

static void run_item(void *arg, size_t i)
{
    Job *j = arg;
    size_t at = j->begin + i * j->chunk, end = j->end - at < j->chunk ? j->end : at + j->chunk;
    unsigned math = j->states ? run_range(j->fusion, j->sink, at, end, j->states + i * REDUCER_CHUNK, j->sink->taker->chunk_piece)
                              : run_range(j->fusion, j->sink, at, end, NULL, NULL);
    if (math) atomic_fetch_or(&j->math, math);
}

typedef enum Ran { RAN_ALL, RAN_SOME, RAN_NOTHING } Ran;  // SOME: stopped by Ctrl-C

static Ran run_job(Vm *vm, Job *j, int threads, size_t items)
{
    const Sink *sink = j->sink;
    const Reducer *taker = sink->taker;
    if (taker && !(j->states = mem_alloc(items * REDUCER_CHUNK))) return RAN_NOTHING;
    for (size_t i = 0; taker && i < items; i++) {
        taker->fork(j->states + i * REDUCER_CHUNK, sink->state, (int64_t)(i * j->chunk));
    }
    bool all = threads_run(vm, threads, items, run_item, j, sink->may_stop);
    for (size_t i = 0; all && taker && i < items; i++) taker->join(sink->state, j->states + i * REDUCER_CHUNK);
    mem_free(j->states);
    return all ? RAN_ALL : RAN_SOME;
}

// Nanoseconds an element takes, about: to decide on threads.
static double step_cost(const FuseStep *s, const Work *w)
{
    TypeCode t = w->type;
    bool is_binary = s->kind == FUSE_BINARY;
    if (s->kind == FUSE_MATH) return s->op == KMF_SQRT ? 0.3 : s->op >= KMF_GAMMA ? 20 : t == T_DOUBLE ? 1 : 0.4;
    if (is_binary && (s->op == KOP_POW || s->op == KOP_MOD)) return 2;
    size_t bytes = type_size(t);  // of the widest of operands and result
    if (w->a.stride > bytes) bytes = w->a.stride;
    if (is_binary && w->b.stride > bytes) bytes = w->b.stride;
    return 0.03 * (double)bytes;
}

static double cost(const Fusion *u)
{
    double ns = 0;
    for (int i = 0; i < u->plan->n; i++) {
        if (u->work[i].is_array) ns += step_cost(&u->plan->step[i], &u->work[i]);
    }
    return ns;
}

// In several threads, all but the first piece, which has come before. NOTHING: there are none, or it does not pay.
static Ran run_threads(Vm *vm, const Fusion *u, const Sink *sink, size_t begin, unsigned *math)
{
    size_t n = (size_t)u->shape->n;
    int threads = threads_for(vm, (int64_t)n, cost(u));
    if (threads < 2) return RAN_NOTHING;
    Job j = {.fusion = u, .sink = sink, .begin = begin, .end = n};
    j.chunk = (size_t)threads_chunk((int64_t)(n - begin), threads, FUSE_PIECE);
    Ran ran = run_job(vm, &j, threads, (n - begin + j.chunk - 1) / j.chunk);
    *math |= atomic_load(&j.math);
    return ran;
}

static Ran run_alone(const Fusion *u, const Sink *sink, size_t at, unsigned *math)
{
    size_t n = (size_t)u->shape->n;
    while (at < n) {
        if (sink->may_stop && sys_interrupted()) return RAN_SOME;
        size_t end = n - at < CHUNK ? n : at + CHUNK;
        *math |= run_range(u, sink, at, end, sink->state, sink->taker ? sink->taker->piece : NULL);
        at = end;
    }
    return RAN_ALL;
}

static bool run_rest(Vm *vm, const Fusion *u, const Sink *sink, unsigned *math)
{
    Ran ran = threads_may(vm, u->shape->n) ? run_threads(vm, u, sink, u->piece, math) : RAN_NOTHING;
    return (ran == RAN_NOTHING ? run_alone(u, sink, u->piece, math) : ran) == RAN_ALL;
}

// A small array is done after its first piece. False: Ctrl-C.
static bool run_pieces(Vm *vm, Fusion *u, const Sink *sink)
{
    unsigned math = 0;
    size_t n = (size_t)u->shape->n, first = n < u->piece ? n : u->piece;
    run_scalars(u, &math);
    math |= run_range(u, sink, 0, first, sink->state, sink->taker ? sink->taker->piece : NULL);
    bool all = first == n || run_rest(vm, u, sink, &math);
    vm->engine->math |= math;
    if (all) consume(u);
    return all;
}

static _Noreturn void throw_interrupted(Vm *vm) { vm_throw(vm, E_INTERRUPT, "Interrupted."); }

static bool run_to_array(Vm *vm, Fusion *u, Val *dst, TypeCode t)
{
    bool lasts;
    Arr *result = result_array(vm, u, dst, t, &lasts);
    if (!result) return false;
    if (!run_pieces(vm, u, &(Sink){.data = result->data, .size = type_size(t), .may_stop = !lasts})) {
        arr_drop(result);
        throw_interrupted(vm);
    }
    val_set_take(dst, val_arr_take(result));
    return true;
}

static bool run_to_reducer(Vm *vm, Fusion *u, Val *dst, TypeCode t)
{
    _Alignas(16) char state[REDUCER_STATE];
    if (!u->plan->reducer->begin(state, t, u->shape->n)) return false;
    Sink sink = {.size = type_size(t), .taker = u->plan->reducer, .state = state, .may_stop = true};
    if (!run_pieces(vm, u, &sink)) throw_interrupted(vm);
    val_set_take(dst, u->plan->reducer->end(state));
    return true;
}

typedef struct BitsState {
    uint64_t *bits;   // of the next piece
    int64_t count;
    KernUnary truth;  // NULL: bytes serve as they are
} BitsState;

static void bits_piece(void *state, const void *p, int64_t n)
{
    BitsState *s = state;
    uint8_t room[FUSE_PIECE];
    if (s->truth) s->truth(room, p, (size_t)n);
    s->count += kern_select()->pack(s->bits, s->truth ? room : p, (size_t)n);
    s->bits += FUSE_PIECE / 64;
}

static void bits_fork(void *chunk, const void *state, int64_t skip)
{
    const BitsState *s = state;
    *(BitsState *)chunk = (BitsState){s->bits + skip / 64, 0, s->truth};
}

static void bits_join(void *state, const void *chunk) { ((BitsState *)state)->count += ((const BitsState *)chunk)->count; }

static bool run_to_bits(Vm *vm, Fusion *u, Val *dst, TypeCode t)
{
    static const Reducer taker = {.piece = bits_piece, .fork = bits_fork, .chunk_piece = bits_piece, .join = bits_join};
    int64_t n = u->shape->n;
    Arr *result = arr_new1(T_BYTE, (int64_t)sizeof(FuseBits) + (n + 63) / 64 * 8, false);
    if (!result) return false;
    FuseBits *b = result->data;
    BitsState s = {.bits = b->bits, .truth = t == T_BYTE ? NULL : kern_unary(KUOP_TRUE, t)};
    if (!run_pieces(vm, u, &(Sink){.size = type_size(t), .taker = &taker, .state = &s, .may_stop = true})) {
        arr_drop(result);
        throw_interrupted(vm);
    }
    result->is_bits = true;
    b->n = n;
    b->count = s.count;
    val_set_take(dst, val_arr_take(result));
    return true;
}

bool fuse_run(Vm *vm, CallFrame *f, const FusePlan *p)
{
    Fusion u;  // not cleared: only as much of it is set as the plan has steps
    u.plan = p;
    u.frame = f;
    u.shape = NULL;
    u.busy = 0;
    u.types = 0;
    if (!prepare(&u)) return false;
    TypeCode t = u.work[p->n - 1].type;
    Val *dst = p->dst < f->code->nvars ? val_deref(&f->base[p->dst]) : &f->base[p->dst];
    if (p->to_bits) return run_to_bits(vm, &u, dst, t);
    return p->reducer ? run_to_reducer(vm, &u, dst, t) : run_to_array(vm, &u, dst, t);
}
