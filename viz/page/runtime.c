/* What compiled rules ask of a run time: memory for arrays that they make, given back when nobody refers to them.
 *
 * Blocks lie on each other; what is given back is used again once all above it is given back too, as rules do in a
 * week. The first six members are those of Numba's MemInfo on a machine of 64 bits, for which its code was made.
 */
#include <stdint.h>

typedef struct Block {
  int64_t references, destructor, destructor_info, data, size, external;
  struct Block *below;
} Block;

#define EXPORTED(name) __attribute__((export_name(name)))
#define PAGE 65536u

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

void *NRT_MemInfo_alloc_aligned(int64_t size, int32_t align) {
  uintptr_t to = align < 16 ? 16 : (uintptr_t)align;
  uintptr_t at = aligned(top ? top : (uintptr_t)&__heap_base, 16);
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

/* So many bytes for whoever calls rules, to be kept; nought when there is no more memory. */
EXPORTED("reserve") void *reserve(uint32_t size) {
  Block *block = NRT_MemInfo_alloc_aligned(size, 16);
  return block ? (void *)(uintptr_t)block->data : 0;
}

/* Everything above these bytes is free again, and they are: what was made of what a rule that failed left behind. */
EXPORTED("release") void release(void *data) {
  while (last) {
    uintptr_t of = (uintptr_t)last->data;
    top = (uintptr_t)last;
    last = last->below;
    if (of == (uintptr_t)data) return;
  }
}
