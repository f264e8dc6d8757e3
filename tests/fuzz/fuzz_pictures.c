// Fuzz target of the readers of pictures and sounds: the first byte chooses the reader, the rest is the file. Any
// outcome but a crash, a hang or too much memory is fine. JPEG and PNG have a target of their own (fuzz_images).
#include "session.h"

#include <stdio.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const lines[] = {
    "a = read_tiff('p', r, g, b, geotiff=g)\n",
    "a = query_tiff('p', i, geotiff=g)\n",
    "a = read_tiff('p', channels=0, sub_rect=[0, 0, 2, 2], interleave=2)\n",
    "read_gif, 'p', a, r, g, b, /multiple\n",
    "a = query_gif('p', i)\n",
    "a = read_bmp('p', r, g, b, ihdr=h)\n",
    "read_ppm, 'p', a\n",
    "read_srf, 'p', a, r, g, b\n",
    "read_pict, 'p', a, r, g, b\n",
    "a = read_xwd('p', r, g, b)\n",
    "read_x11_bitmap, 'p', a, /expand_to_bytes\n",
    "a = read_jpeg2000('p', r, g, b)\n",
    "a = query_jpeg2000('p', i)\n",
    "a = read_dicom('p', r, g, b)\n",
    "a = read_wav('p', r)\n",
    "a = query_png('p', i) + query_jpeg('p', i)\n",
    "a = read_image('p', r, g, b)\n",
};

static bool write_file(const uint8_t *data, size_t size)
{
    FILE *f = fopen("p", "wb");
    if (!f) return false;
    bool done = fwrite(data, 1, size, f) == size;
    return fclose(f) == 0 && done;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static Vm *vm;
    static int runs;
    if (session_start()) runs = 0;
    if (size < 2 || !write_file(data + 1, size - 1)) return 0;
    if (vm && ++runs % 1000 == 0) {
        session_end(vm);
        vm = NULL;
    }
    if (!vm) vm = session_new();
    session_run(vm, lines[data[0] % (sizeof lines / sizeof *lines)]);
    session_run(vm, "read_gif, /close\n");
    return 0;
}
