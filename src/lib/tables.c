// All tables of built-in routines. A topic file ends in ROUTINE_TABLE(symbol, rows); list the symbol here.
#include "lib/tables.h"

#include "vm/names/library.h"

#define TABLES(X)              \
    X(lib_spawn) \
    X(lib_breakpoint) \
    X(lib_profiler) \
    X(lib_coverage) \
    X(lib_routine_names) \
    X(lib_message) \
    X(lib_journal) \
    X(lib_stopwatch) \
    X(lib_timer) \
    X(lib_bridge) \
    X(lib_resources) \
    X(lib_assoc) \
    X(lib_binary) \
    X(lib_xml_document) \
    X(lib_xml_node) \
    X(lib_xml_sax) \
    X(lib_save) \
    X(lib_savefile) \
    X(lib_restore) \
    X(lib_lambda) \
    X(lib_container) \
    X(lib_idl_object) \
    X(lib_device) \
    X(lib_display) \
    X(lib_bits) \
    X(lib_terminal_size) \
    X(lib_define_key) \
    X(lib_semaphores) \
    X(lib_call_external) \
    X(lib_explained) \
    X(lib_hash) \
    X(lib_hash_methods) \
    X(lib_list) \
    X(lib_list_methods) \
    X(lib_file_names) \
    X(lib_files) \
    X(lib_path_cache) \
    X(lib_search) \
    X(lib_copy) \
    X(lib_modes) \
    X(lib_format_convert) \
    X(lib_format_print) \
    X(lib_format_read) \
    X(lib_format_string) \
    X(lib_jpeg) \
    X(lib_loadct) \
    X(lib_open) \
    X(lib_png) \
    X(lib_gif) \
    X(lib_jpeg2000) \
    X(lib_picture) \
    X(lib_tiff_read) \
    X(lib_tiff_write) \
    X(lib_position) \
    X(lib_socket_info) \
    X(lib_sockets) \
    X(lib_string_part) \
    X(lib_string_regex) \
    X(lib_string_split) \
    X(lib_string_strmatch) \
    X(lib_string_trim) \
    X(lib_axis) \
    X(lib_plot) \
    X(lib_plots) \
    X(lib_convert_coord) \
    X(lib_cursor) \
    X(lib_map_outlines) \
    X(lib_map_proj) \
    X(lib_polyfill) \
    X(lib_usersym) \
    X(lib_xyouts) \
    X(lib_contour) \
    X(lib_surface) \
    X(lib_shade_surf) \
    X(lib_shading) \
    X(lib_polyshade) \
    X(lib_shade_volume) \
    X(lib_qgrid3) \
    X(lib_qhull) \
    X(lib_triangulate) \
    X(lib_trigrid) \
    X(lib_morphology) \
    X(lib_distance) \
    X(lib_radon) \
    X(lib_edges) \
    X(lib_watershed) \
    X(lib_label_region) \
    X(lib_polyfillv) \
    X(lib_tv) \
    X(lib_window) \
    X(lib_wsave) \
    X(lib_errors) \
    X(lib_scope) \
    X(lib_routines) \
    X(lib_get_kbrd) \
    X(lib_zlib_arrays) \
    X(lib_gzip) \
    X(lib_gunzip) \
    X(lib_pack) \
    X(lib_unpack) \
    X(lib_read_ascii) \
    X(lib_read_csv) \
    X(lib_write_csv) \
    X(lib_json_parse) \
    X(lib_yaml) \
    X(lib_file_name) \
    X(lib_transfers) \
    X(lib_url_escape) \
    X(lib_json_serialize) \
    X(lib_defsysv) \
    X(lib_execute) \
    X(lib_calls) \
    X(lib_call_by_name) \
    X(lib_inquiry) \
    X(lib_objects) \
    X(lib_structures) \
    X(lib_extremes) \
    X(lib_elementary) \
    X(lib_number) \
    X(lib_make) \
    X(lib_shape) \
    X(lib_environment) \
    X(lib_time) \
    X(lib_counting) \
    X(lib_smooth) \
    X(lib_bytscl) \
    X(lib_hist_2d) \
    X(lib_locate) \
    X(lib_random) \
    X(lib_interpolation) \
    X(lib_resample) \
    X(lib_sort) \
    X(lib_sums) \
    X(lib_median) \
    X(lib_fft) \
    X(lib_special) \
    X(lib_big_integer) \
    X(lib_polynomials) \
    X(lib_voigt) \
    X(lib_linear) \
    X(lib_decompose) \
    X(lib_hessenberg) \
    X(lib_la_eigen) \
    X(lib_la_factor) \
    X(lib_la_tridiagonal) \
    X(lib_byteorder) \
    X(lib_logic) \
    X(lib_interpolate) \
    X(lib_convolution) \
    X(lib_where) \
    X(lib_help) \
    X(lib_heap) \
    X(lib_session) \
    X(lib_preferences) \

#define X(symbol) extern const RoutineTable symbol;
TABLES(X)
#undef X

extern const LibraryText library_texts[];
extern const int library_ntexts;

void lib_add_tables(Vm *vm)
{
    static const RoutineTable *const tables[] = {
#define X(symbol) &symbol,
        TABLES(X)
#undef X
    };
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) library_add_table(vm, tables[i]);
    library_add_texts(vm, library_texts, library_ntexts);
}
