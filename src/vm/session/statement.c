// Statements and programs: parse, compile against the frame they were typed in, run in a frame of their own.
// Start reading at vm_run_text.
#include "vm/session/statement.h"

#include "base/buf.h"
#include "base/mem.h"
#include "kern/kern.h"
#include "lang/compiler.h"
#include "sys/interrupt.h"
#include "vm/array/convert.h"
#include "vm/engine.h"
#include "vm/fault/error_line.h"
#include "vm/fault/matherr.h"
#include "vm/fault/throw.h"
#include "vm/fault/traceback.h"
#include "vm/frame/debug.h"
#include "vm/frame/frames.h"
#include "vm/frame/source_shown.h"
#include "vm/names/library.h"
#include "vm/peephole/quick.h"
#include "vm/run/enter.h"
#include "vm/scope/commons.h"
#include "vm/scope/variables.h"

#include <string.h>

static bool has_variable(void *arg, const char *name)
{
    Vm *vm = arg;
    const Val *cell = frame_cell(vm, frame_top(vm->engine)->target, name, false);
    return cell && val_deref_const(cell)->type != T_UNDEF;
}

static Scope typed_scope(Vm *vm)
{
    return (Scope){
        .has_variable = has_variable, .has_function = library_has_function, .common_names = common_names_of, .arg = vm};
}

// Typed frames that stopped have nothing to go back to.
static void drop_typed_frames(Vm *vm)
{
    Engine *e = vm->engine;
    while (e->depth > 0 && frame_top(e)->kind == FRAME_STATEMENT && frame_top(e)->quiet_stop) frame_pop(vm);
}

static RunResult interrupted(Vm *vm)
{
    vm->engine->failed_statements++;
    vm_error_line(vm, "%% Interrupted.");
    sys_clear_interrupt();
    return RAN_INTERRUPTED;
}

static RunResult finish(Vm *vm, Outcome out)
{
    Engine *e = vm->engine;
    math_report(vm);
    debug_step_end(vm);
    if (out == RUN_EXIT) return RAN_EXIT;
    if (out == RUN_DONE) {
        drop_typed_frames(vm);
        return sys_interrupted() ? interrupted(vm) : RAN_OK;  // by Ctrl-C in the last that ran, which did not look
    }
    StopReason why = e->thrown.reason;
    if (why == STOP_RETALL) {
        vm_return_to_main(vm);
        return RAN_OK;
    }
    if (why == STOP_INTERRUPT) sys_clear_interrupt();
    drop_typed_frames(vm);
    if (why == STOP_BREAK) return RAN_BROKEN;
    if (why == STOP_STOP) return RAN_STOPPED;
    e->failed_statements++;
    return why == STOP_INTERRUPT ? RAN_INTERRUPTED : RAN_FAILED;
}

// Whether the frame runs a text of its routine that has been replaced.
static bool is_replaced(Vm *vm, const CallFrame *f)
{
    if (f->kind != FRAME_ROUTINE) return false;
    const UserRoutine *u = user_routine(vm, f->code->name, f->code->is_function);
    return u && u->code != f->code;
}

void vm_leave_replaced(Vm *vm)
{
    Engine *e = vm->engine;
    int i = 1;
    while (i <= e->depth && !is_replaced(vm, &e->frame[i])) i++;
    if (i > e->depth) return;
    const Code *old = e->frame[i].code;
    vm_error_line(vm, "%% %s was compiled while active: %s. Returning.", old->is_function ? "Function" : "Procedure", old->name);
    while (e->depth >= i) frame_pop(vm);
    drop_typed_frames(vm);
    if (!e->depth) return;
    CallFrame *f = frame_top(e);
    frame_drop_temps(vm, f);
    f->stopped = true;
    f->resume = quick_plain(f->code->ins[f->pc].op) == OP_CALL_PRO ? RESUME_AFTER : RESUME_AGAIN;
}

static CallFrame *push_statement(Vm *vm, Code *code, bool typed)
{
    Engine *e = vm->engine;
    int target = typed ? frame_top(e)->target : 0;
    if (e->depth + 2 >= FRAMES_MAX) vm_return_to_main(vm);
    CallFrame *f = frame_push(vm, code, FRAME_STATEMENT, target);
    f->quiet_stop = typed;
    frame_bind_names(vm, f);
    return f;
}

static RunResult run_code(Vm *vm, Code *code, bool typed)
{
    push_statement(vm, code, typed);
    code_drop(code);
    return finish(vm, vm_enter(vm, vm->engine->depth));
}

// Text that has not been compiled because of Ctrl-C is not wrong.
static RunResult failure(Vm *vm)
{
    if (sys_interrupted()) return interrupted(vm);
    vm->engine->failed_statements++;
    return RAN_FAILED;
}

static RunResult syntax_failure(Vm *vm, const Source *src, const ParseIssue *issue)
{
    library_report(vm, src, issue);
    return failure(vm);
}

static RunResult define_routine(Vm *vm, const char *path, const char *text, size_t len)
{
    Code *main_code;
    int errors = library_compile(vm, path, text, len, false, &main_code);
    code_drop(main_code);
    vm_leave_replaced(vm);
    return errors ? failure(vm) : RAN_OK;
}

enum { INHERITED = OPT_DEFINT32 | OPT_STRICTARR | OPT_STRICTARRSUBS | OPT_LOGICAL_PREDICATE | OPT_FLOAT64 };

// COMPILE_OPT typed at the main level stays in force for later lines.
static unsigned typed_options(Vm *vm)
{
    const Engine *e = vm->engine;
    return frame_top(vm->engine)->target == 0 ? e->frame[0].code->options & INHERITED : 0;
}

static void keep_options(Vm *vm, const Code *typed)
{
    if (frame_top(vm->engine)->target == 0) vm->engine->frame[0].code->options |= typed->options & INHERITED;
}

RunResult vm_run_text(Vm *vm, const char *text, size_t len, const char *path, int line)
{
    Source src = {path, text, len, line};
    Includer includer = {library_include, vm};
    RunResult result = RAN_OK;
    library_look_again(vm);
    for (size_t at = 0; at < len && (result == RAN_OK || result == RAN_FAILED);) {
        Tree tree;
        ParseIssue issue = {.text = ""};
        int issues;
        size_t start = at;
        ParseResult parsed = parse(&src, PARSE_STATEMENT, &at, &includer, typed_options(vm), &tree, &issue, 1, &issues);
        if (parsed != PARSE_OK) {
            result = parsed == PARSE_MORE ? RAN_MORE : syntax_failure(vm, &src, &issue);
            tree_free(&tree);
            return result;
        }
        if (tree.units && !tree.units->is_main) {
            result = define_routine(vm, path, text + start, at - start);
        } else if (tree.units) {
            Scope scope = typed_scope(vm);
            Code *code = compile_unit(tree.units, &tree, path, &scope, &issue);
            if (code) keep_options(vm, code);
            result = code ? run_code(vm, code, true) : syntax_failure(vm, &src, &issue);
        }
        tree_free(&tree);
    }
    return result;
}

RunResult vm_run_program(Vm *vm, const char *text, size_t len, const char *path, bool *has_main)
{
    Code *main_code;
    int errors = library_compile(vm, path, text, len, true, &main_code);
    *has_main = main_code || errors;
    if (errors || !main_code) {
        code_drop(main_code);
        return errors ? failure(vm) : RAN_OK;
    }
    return run_code(vm, main_code, false);
}

RunResult vm_run_main(Vm *vm, Code *code) { return run_code(vm, code, false); }

Code *vm_compile_turns(Vm *vm, const char *text, size_t len)
{
    Source src = {NULL, text, len, 1};
    Includer includer = {library_include, vm};
    Scope scope = typed_scope(vm);
    scope.repeats = true;
    Tree tree;
    ParseIssue issue = {.text = "There must be a statement, or several joined by &, all of it on this line."};
    int issues;
    size_t at = 0;
    Code *code = NULL;
    ParseResult parsed = parse(&src, PARSE_STATEMENT, &at, &includer, 0, &tree, &issue, 1, &issues);
    if (parsed == PARSE_OK && tree.units && tree.units->is_main) code = compile_unit(tree.units, &tree, NULL, &scope, &issue);
    if (!code) syntax_failure(vm, &src, &issue);
    tree_free(&tree);
    return code;
}

RunResult vm_run_turns(Vm *vm, Code *code, int turns)
{
    CallFrame *f = push_statement(vm, code, true);
    Val *turn = f->base + code->nvars + code->nhidden - 3;
    turn[0] = turn[2] = val_long(1);
    turn[1] = val_long(turns);
    return finish(vm, vm_enter(vm, vm->engine->depth));
}

static void drop_text(Vm *vm, const char *text, size_t n) { (void)vm, (void)text, (void)n; }

static bool shows_value(const Code *code)
{
    for (int i = 0; i < code->nins; i++) {
        if (code->ins[i].op == OP_PRINT) return true;
    }
    return false;
}

// Code for one text of statements, or NULL (reported). The options of the routine that executes it are in force
// (mrd_struct.pro of the Astronomy Library counts on it, GDL agrees).
static Code *compile_typed(Vm *vm, const char *text, size_t len, bool implied)
{
    Source src = {NULL, text, len, 1};
    Includer includer = {library_include, vm};
    Scope scope = typed_scope(vm);
    Tree tree;
    ParseIssue issue = {.text = ""};
    int issues;
    size_t at = 0;
    Code *code = NULL;
    const Engine *e = vm->engine;
    unsigned options = e->frame[frame_top(vm->engine)->target].code->options & INHERITED;
    ParseResult parsed = parse(&src, PARSE_STATEMENT, &at, &includer, options, &tree, &issue, 1, &issues);
    if (parsed == PARSE_OK && tree.units && tree.units->is_main) code = compile_unit(tree.units, &tree, NULL, &scope, &issue);
    if (code && !implied && shows_value(code)) {
        issue = (ParseIssue){.text = "Syntax error."};
        code_drop(code);
        code = NULL;
    }
    if (!code && (parsed != PARSE_OK || tree.units)) library_report(vm, &src, &issue);
    tree_free(&tree);
    return code;
}

static StopReason execute(Vm *vm, const char *text, size_t len, ExecuteHow how)
{
    Engine *e = vm->engine;
    void (*outer_text)(Vm *, const char *, size_t) = e->error_text;
    int depth = e->depth;
    if (how.quiet) e->error_text = drop_text;
    Code *code = compile_typed(vm, text, len, how.implied);
    Outcome out = RUN_STOPPED;
    if (code) {
        CallFrame *f = frame_push(vm, code, FRAME_STATEMENT, frame_top(e)->target);
        f->quiet_stop = true;
        frame_bind_names(vm, f);
        code_drop(code);
        out = vm_enter(vm, e->depth);
    }
    e->error_text = outer_text;
    if (out == RUN_DONE) return STOP_NONE;
    StopReason why = code ? e->thrown.reason : sys_interrupted() ? STOP_INTERRUPT : STOP_ERROR;
    while (e->depth > depth) frame_pop(vm);
    e->thrown.reason = STOP_NONE;
    return why == STOP_NONE ? STOP_ERROR : why;
}

bool vm_execute(Vm *vm, const char *text, size_t len, ExecuteHow how)
{
    StopReason why = execute(vm, text, len, how);
    if (why == STOP_INTERRUPT) vm_throw_status(vm, (Status){.code = E_INTERRUPT});
    if (why == STOP_EXIT || why == STOP_RETALL) vm_throw_reason(vm, why);
    return why == STOP_NONE;
}

StopReason vm_execute_apart(Vm *vm, const char *text, size_t len)
{
    StopReason why = execute(vm, text, len, (ExecuteHow){0});
    if (why == STOP_INTERRUPT) sys_interrupt();
    return why;
}

// The instruction of the next statement after pc.
static uint32_t next_statement(const Code *c, uint32_t pc)
{
    pc = code_home(c, pc);
    for (int i = 0; i < c->nmarks; i++) {
        if (c->mark[i].pc > pc) return c->mark[i].pc;
    }
    return (uint32_t)c->nins - 1;
}

// The first instruction of the statement that pc belongs to.
static uint32_t this_statement(const Code *c, uint32_t pc)
{
    uint32_t start = 0;
    pc = code_home(c, pc);
    for (int i = 0; i < c->nmarks && c->mark[i].pc <= pc; i++) start = c->mark[i].pc;
    return start;
}

RunResult vm_continue(Vm *vm)
{
    Engine *e = vm->engine;
    if (!vm_is_stopped(vm)) return RAN_FAILED;
    CallFrame *f = frame_top(e);
    if (f->resume == RESUME_AFTER) f->pc++;
    else if (f->resume == RESUME_AGAIN) f->pc = this_statement(f->code, f->pc);
    f->stopped = false;
    if (f->resume != RESUME_AFTER) debug_pass(vm, f);
    return finish(vm, vm_enter(vm, 1));
}

RunResult vm_step(Vm *vm, int mode, int n)
{
    if (!vm_is_stopped(vm)) return RAN_FAILED;
    debug_step(vm, (StepMode)mode, n);
    return vm_continue(vm);
}

// In place of implied print.
static Status keep_truth(Vm *vm, const Val *v) { return val_truth(v, true, &vm->engine->debugger->truth); }

bool vm_test(Vm *vm, const char *expression, bool *truth)
{
    Engine *e = vm->engine;
    Status (*print)(Vm *, const Val *) = e->print_hook;
    Buf text = BUF_INIT(1 << 20);
    buf_printf(&text, "(%s)\n", expression);
    debug_of(vm)->truth = true;
    e->print_hook = keep_truth;
    bool ok = buf_ok(&text) && vm_execute(vm, text.p, text.len, (ExecuteHow){.implied = true});
    e->print_hook = print;
    *truth = e->debugger->truth;
    buf_free(&text);
    return ok;
}

bool vm_skip(Vm *vm, int n)
{
    if (!vm_is_stopped(vm)) return false;
    CallFrame *f = frame_top(vm->engine);
    while (n-- > 0) f->pc = next_statement(f->code, f->pc);
    f->resume = RESUME_HERE;
    traceback_print(vm, "Skipped to");
    source_shown(vm, f);
    return true;
}

void vm_return_to_main(Vm *vm)
{
    while (vm->engine->depth > 0) frame_pop(vm);
}

bool vm_is_stopped(Vm *vm) { return vm->engine->depth > 0; }

void vm_set_arguments(Vm *vm, const char *const *args, int n)
{
    Engine *e = vm->engine;
    for (int i = 0; i < e->args.len; i++) mem_free(e->args.p[i]);
    e->args.len = 0;
    for (int i = 0; i < n; i++) vm_add_argument(vm, args[i]);
}

void vm_add_argument(Vm *vm, const char *text) { VEC_PUSH(&vm->engine->args, mem_strdup(text)); }

int vm_exit_status(Vm *vm) { return vm->engine->exit_status; }

int vm_failures(Vm *vm) { return vm->engine->failed_statements; }
