// The structure that TRIANGULATE's SPHERE returns and TRIGRID takes: {XYZ, IADJ, IEND}: places on the unit sphere (3,
// n), the neighbours of all points one after another, each list counterclockwise, and where each list ends in it
// (behind its last). The list of a point at the border ends in -1.
#ifndef HELIO_LIB_GRIDDING_SPHERE_H
#define HELIO_LIB_GRIDDING_SPHERE_H

#include "plot/sphere.h"
#include "vm/call/call.h"

// The mesh's faults as IDL's errors.
void mesh_check(Call *c, DelaunayFault fault);
Val sphere_record(Call *c, const Vector *p, const TriangleMesh *m);
// Reads it back; throws for anything else. Both live as long as the call.
TriangleMesh *sphere_of_record(Call *c, const Val *v, const Vector **p);
// A mesh that is released with the call.
TriangleMesh *mesh_of_call(Call *c);

#endif
