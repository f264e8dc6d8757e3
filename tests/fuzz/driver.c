// Runs a fuzz target without libFuzzer: first each file of a corpus (files or folders) as it is, then, for SECONDS (-s) or
// COUNT times (-n), random changes of them, others with each SEED (-r; by default the time). The input that crashed is left
// in ./crash_TARGET. Targets define LLVMFuzzerTestOneInput, so that they link with clang's -fsanitize=fuzzer as well.
#include "../random_words.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

// What is lost at the end and is not ours: Cairo keeps the patterns of the fonts that it has been asked for (a family,
// a slant and a weight each) until the process ends, and fontconfig refers to a pattern's elements by their distance, which is no
// pointer that could be found.
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void) { return "leak:libfontconfig.so\n"; }

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
// What the target was doing, of one that may not write the input any more.
void fuzz_describe(void) __attribute__((weak));

enum { MAX_INPUTS = 4000, MAX_SIZE = 1 << 20, SECONDS_MAX = 60 };  // of one input: longer is a hang

static struct Input {
    uint8_t *p;
    size_t n;
} inputs[MAX_INPUTS];
static int ninputs;
static void load(const char *path)
{
    DIR *d = opendir(path);
    if (d) {
        for (struct dirent *e; (e = readdir(d));) {
            char child[4096];
            if (e->d_name[0] == '.') continue;
            snprintf(child, sizeof child, "%s/%s", path, e->d_name);
            load(child);
        }
        closedir(d);
        return;
    }
    FILE *f = fopen(path, "rb");
    if (!f || ninputs == MAX_INPUTS) {
        fprintf(stderr, "cannot read %s\n", path);
        exit(2);
    }
    uint8_t *p = malloc(MAX_SIZE);
    size_t n = p ? fread(p, 1, MAX_SIZE, f) : 0;
    fclose(f);
    inputs[ninputs++] = (struct Input){p, n};
}

// One to eight random edits: bytes set, bits flipped, runs removed, doubled, or taken from another input.
static size_t mutate(uint8_t *p, size_t n)
{
    for (int k = 1 + (int)(rnd() % 8); k > 0 && n > 0; k--) {
        size_t at = rnd() % n, len = 1 + rnd() % 16;
        if (len > n - at) len = n - at;
        const struct Input *other = &inputs[rnd() % (uint64_t)ninputs];
        switch (rnd() % 6) {
        case 0: p[at] = (uint8_t)rnd(); break;
        case 1: p[at] ^= (uint8_t)(1u << rnd() % 8); break;
        case 2: p[at] = (uint8_t[]){0, 1, 127, 128, 255, 32}[rnd() % 6]; break;
        case 3:
            memmove(p + at, p + at + len, n - at - len);
            n -= len;
            break;
        case 4:
            if (n + len > MAX_SIZE) break;
            memmove(p + at + len, p + at, n - at);
            n += len;
            break;
        default:
            if (other->n < len) break;
            memcpy(p + at, other->p + rnd() % (other->n - len + 1), len);
            break;
        }
    }
    return n;
}

static const uint8_t *current;
static size_t current_size;
static char crash_path[4096];  // absolute: a target may go to another folder

// Keeps the input that is being run: called when the sanitizer or a signal ends the process.
static void keep_current(void)
{
    if (!current) return;
    int fd = open(crash_path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    ssize_t put = fd < 0 ? -1 : write(fd, current, current_size);
    if (fuzz_describe) fuzz_describe();
    fprintf(stderr, "the input is%s in %s\n", put < 0 ? " not" : "", crash_path);
    for (size_t i = 0; put < 0 && i < current_size && i < 200; i++) fprintf(stderr, "%02x", current[i]);
    fputs("\n", stderr);
    current = NULL;
}

static void on_signal(int sig)
{
    keep_current();
    signal(sig, SIG_DFL);
    raise(sig);
}

void __sanitizer_set_death_callback(void (*callback)(void)) __attribute__((weak));

static void watch_for_death(void)
{
    char folder[3072];
    snprintf(crash_path, sizeof crash_path, "%s/crash_%s", getcwd(folder, sizeof folder) ? folder : ".",
             program_invocation_short_name);
    if (__sanitizer_set_death_callback) {
        __sanitizer_set_death_callback(keep_current);
        signal(SIGABRT, on_signal);
        signal(SIGALRM, on_signal);
        return;
    }
    static const int fatal[] = {SIGABRT, SIGALRM, SIGSEGV, SIGBUS, SIGFPE, SIGILL};
    for (size_t i = 0; i < sizeof fatal / sizeof fatal[0]; i++) signal(fatal[i], on_signal);
}

static double slowest;  // seconds of the processor that one input has taken

static void run(const uint8_t *p, size_t n)
{
    // A copy of exactly the size: the sanitizer sees a read past the end.
    uint8_t *exact = malloc(n ? n : 1);
    if (!exact) exit(2);
    memcpy(exact, p, n);
    current = exact;
    current_size = n;
    alarm(SECONDS_MAX);
    clock_t before = clock();
    LLVMFuzzerTestOneInput(exact, n);
    double took = (double)(clock() - before) / CLOCKS_PER_SEC;
    if (took > slowest) slowest = took;
    current = NULL;
    free(exact);
}

int main(int argc, char **argv)
{
    double seconds = 0;
    long runs = 0, most = -1;
    seed += (uint64_t)time(NULL);
    watch_for_death();
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "-s") == 0 && i + 1 < argc)
            seconds = atof(argv[++i]);
        else if (strcmp(argv[i], "-n") == 0 && i + 1 < argc)
            most = atol(argv[++i]);
        else if (strcmp(argv[i], "-r") == 0 && i + 1 < argc)
            seed = 88172645463325252u + (uint64_t)atol(argv[++i]);
        else
            load(argv[i]);
    }
    for (int i = 0; i < ninputs; i++) run(inputs[i].p, inputs[i].n);
    static uint8_t work[MAX_SIZE];
    for (time_t end = time(NULL) + (time_t)seconds; ninputs && (most < 0 ? time(NULL) < end : runs < most); runs++) {
        const struct Input *in = &inputs[rnd() % (uint64_t)ninputs];
        memcpy(work, in->p, in->n);
        size_t n = mutate(work, in->n);
        run(work, n);
    }
    fprintf(stderr, "%d inputs, %ld mutations, the slowest input %.1f s\n", ninputs, runs, slowest);
    for (int i = 0; i < ninputs; i++) free(inputs[i].p);
    return 0;
}
