// Names for files that servers propose: in Content-Disposition (RFC 6266, 8187) or as the last part of a URL. They are
// the names of files in a folder, and nothing else.
#ifndef HELIO_NET_FILE_NAME_H
#define HELIO_NET_FILE_NAME_H

#include "base/buf.h"

// The name that a Content-Disposition proposes, as it stands there, decoded: "filename*" before "filename". False: it
// has none.
bool file_name_disposed(const char *value, Buf *out);
// The last part of a URL's path, decoded; it may be empty.
void file_name_of_url(const char *url, Buf *out);
// What may be made of n bytes: the part behind the last slash of either kind, without control characters and bytes that
// are no UTF-8, leading dots, blanks at the ends; at most 255 bytes with what follows the last dot kept. "download"
// where nothing is left.
void file_name_clean(const char *p, size_t n, Buf *out);

#endif
