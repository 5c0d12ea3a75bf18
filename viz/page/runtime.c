/* What compiled rules ask of a run time: memory for arrays that they make, given back when nobody refers to them.
 *
 * Blocks lie on each other; what is given back is used again once all above it is given back too, as rules do in a
 * week. The first six members are those of Numba's MemInfo on a machine of 64 bits, for which its code was made.
 */
#include <stdint.h>

typedef struct Block {
  int64_t references, destructor, destructor_info, data, size, external;
  struct Block *below;
  int64_t unused; /* so that what follows lies as an array may */
} Block;

#define EXPORTED(name) __attribute__((export_name(name)))
#define PAGE 65536u
#define ALIGNED 16u

extern char __heap_base;
static uintptr_t top;
static Block *last;

static uintptr_t aligned(uintptr_t address, uintptr_t to) { return (address + to - 1) & ~(to - 1); }

/* Whether there is memory up to here, more of it if need be. */
static int reaches(uintptr_t end) {
  uintptr_t there = __builtin_wasm_memory_size(0);
  uintptr_t wanted = end / PAGE + 1;
  return wanted <= there || __builtin_wasm_memory_grow(0, wanted - there) != (uintptr_t)-1;
}

/* --- arrays --- */

void *NRT_MemInfo_alloc_aligned(int64_t size, int32_t align) {
  uintptr_t to = (uint32_t)align < ALIGNED ? ALIGNED : (uintptr_t)align;
  uintptr_t at = aligned(top ? top : (uintptr_t)&__heap_base, ALIGNED);
  uintptr_t data = aligned(at + sizeof(Block), to);
  if (size < 0 || size > INT32_MAX || data > UINT32_MAX - (uintptr_t)size || !reaches(data + (uintptr_t)size)) return 0;
  Block *block = (Block *)at;
  *block = (Block){.references = 1, .data = (int64_t)data, .size = size, .below = last};
  last = block;
  top = data + (uintptr_t)size;
  return block;
}

void *NRT_MemInfo_alloc_safe_aligned(int64_t size, int32_t align) { return NRT_MemInfo_alloc_aligned(size, align); }

void NRT_incref(Block *block) {
  if (block) block->references++;
}

void NRT_decref(Block *block) {
  if (!block || --block->references) return;
  while (last && !last->references) {
    top = (uintptr_t)last;
    last = last->below;
  }
}

/* --- memory without references --- */

EXPORTED("reserve") void *NRT_Allocate(int64_t size) {
  Block *block = NRT_MemInfo_alloc_aligned(size, ALIGNED);
  return block ? block + 1 : 0;
}

EXPORTED("release") void NRT_Free(void *data) {
  if (data) NRT_decref((Block *)data - 1);
}

/* --- arithmetic --- */

/* Other dimensions for an array in one piece; others are not reshaped here. */
int32_t numba_attempt_nocopy_reshape(int64_t dimensions, const int64_t *sizes, const int64_t *strides,
                                     int64_t new_dimensions, const int64_t *new_sizes, int64_t *new_strides,
                                     int64_t item, int32_t fortran) {
  int64_t step = item;
  for (int64_t k = dimensions - 1; k >= 0; step *= sizes[k--])
    if (fortran || (sizes[k] > 1 && strides[k] != step)) return 0;
  step = item;
  for (int64_t k = new_dimensions - 1; k >= 0; step *= new_sizes[k--]) new_strides[k] = step;
  return 1;
}

/* The product of two whole numbers of 128 bits, for which there is no instruction. */
void __multi3(uint64_t *product, uint64_t a, uint64_t a_high, uint64_t b, uint64_t b_high) {
  uint64_t low = (uint32_t)a, high = a >> 32, other_low = (uint32_t)b, other_high = b >> 32;
  uint64_t inner = low * other_low, cross = high * other_low + (inner >> 32);
  uint64_t more = (uint32_t)cross + low * other_high;
  product[0] = (uint32_t)inner | more << 32;
  product[1] = high * other_high + (cross >> 32) + (more >> 32) + a * b_high + a_high * b;
}
