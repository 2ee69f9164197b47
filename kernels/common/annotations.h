#pragma once
// The only words that differ between nvcc and a host compiler. Kernels are written once, as templates over a Block (block.h).

#ifdef __CUDACC__
#define ASSAY_KERNEL __device__ __forceinline__
#define ASSAY_BOTH __host__ __device__ __forceinline__
#define ASSAY_UNROLL _Pragma("unroll")  ///< before each loop that indexes registers: nvcc keeps them in registers only then
#else
#define ASSAY_KERNEL inline
#define ASSAY_BOTH inline
#define ASSAY_UNROLL
#endif
