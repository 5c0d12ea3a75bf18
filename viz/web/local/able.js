// Whether this browser can live the model. Even old browsers must be able to read this.

/** A module with one instruction of SIMD. */
const SIMD = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
];

/** Whether it has WebAssembly with SIMD, and unpacks by itself. */
export function able() {
  return typeof WebAssembly === "object" && WebAssembly.validate(new Uint8Array(SIMD))
    && typeof DecompressionStream === "function";
}
