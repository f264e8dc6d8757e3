// The GEOTIFF keyword's structure: tags and keys of GeoTIFF by their names.
#ifndef HELIO_LIB_PICTURE_GEOTIFF_H
#define HELIO_LIB_PICTURE_GEOTIFF_H

#include "image/tiff.h"
#include "vm/call/call.h"

// A structure with a tag for each that there is; the number 0 when there are none.
Val geotiff_structure(Call *c, const TiffGeo *geo);
// The other way; what it points to lives as long as the call.
void geotiff_tags(Call *c, const Val *structure, TiffGeo *geo);

#endif
