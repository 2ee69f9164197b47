// What no policy may do on a device, one function each (tests/kernels/cubin_test.cpp). forbidden.cubin:
//   nvcc -std=c++20 -w -gencode=arch=compute_90a,code=sm_90a -rdc=true -cubin -o forbidden.cubin forbidden.cu
typedef long long i64; typedef unsigned long long u64; typedef int (*fp)(int);
__device__ u64 g[8]; __device__ fp table[4]; __constant__ u64 kk[4];
extern "C" __device__ __noinline__ u64 f_global_load(int a,int b,int c,int d){ return g[a&7]; }
extern "C" __device__ __noinline__ u64 f_global_store(int a,int b,int c,int d){ g[a&7]=b; return 0; }
extern "C" __device__ __noinline__ u64 f_generic_load(int a,int b,int c,int d){ return *(u64*)(((u64)a<<32)|b); }
extern "C" __device__ __noinline__ u64 f_generic_store(int a,int b,int c,int d){ *(u64*)(((u64)a<<32)|b)=c; return 0; }
extern "C" __device__ __noinline__ u64 f_atomic(int a,int b,int c,int d){ return atomicAdd((unsigned*)(((u64)a<<32)|b),c); }
extern "C" __device__ __noinline__ u64 f_red(int a,int b,int c,int d){ atomicAdd((unsigned*)(((u64)a<<32)|b),c); return 0; }
extern "C" __device__ __noinline__ u64 f_shared(int a,int b,int c,int d){ extern __shared__ int s[]; s[a]=b; return s[c]; }
extern "C" __device__ __noinline__ u64 f_barrier(int a,int b,int c,int d){ __syncthreads(); return 0; }
extern "C" __device__ __noinline__ u64 f_clock(int a,int b,int c,int d){ return clock64(); }
extern "C" __device__ __noinline__ u64 f_clock32(int a,int b,int c,int d){ return clock(); }
extern "C" __device__ __noinline__ u64 f_timer(int a,int b,int c,int d){ u64 t; asm volatile("mov.u64 %0, %%globaltimer;":"=l"(t)); return t; }
extern "C" __device__ __noinline__ u64 f_sm(int a,int b,int c,int d){ int t; asm volatile("mov.u32 %0, %%smid;":"=r"(t)); return t; }
extern "C" __device__ __noinline__ u64 f_tid(int a,int b,int c,int d){ return threadIdx.x; }
extern "C" __device__ __noinline__ u64 f_indirect(int a,int b,int c,int d){ return table[a&3](b); }
extern "C" __device__ __noinline__ u64 f_exit(int a,int b,int c,int d){ if(a>b) asm volatile("exit;"); return 0; }
extern "C" __device__ __noinline__ u64 f_local(int a,int b,int c,int d){ int x[64]; for(int i=0;i<64;i++) x[i]=a*i^b; return x[c&63]+x[d&63]; }
extern "C" __device__ __noinline__ u64 f_shfl(int a,int b,int c,int d){ return __shfl_xor_sync(~0u,a,1); }
extern "C" __device__ __noinline__ u64 f_vote(int a,int b,int c,int d){ return __ballot_sync(~0u,a>b); }
extern "C" __device__ __noinline__ u64 f_sleep(int a,int b,int c,int d){ __nanosleep(1000000); return 0; }
extern "C" __device__ __noinline__ u64 f_fence(int a,int b,int c,int d){ __threadfence(); return 0; }
extern "C" __device__ __noinline__ u64 f_constant(int a,int b,int c,int d){ return kk[a&3]; }
extern "C" __device__ __noinline__ u64 f_async(int a,int b,int c,int d){ asm volatile("cp.async.ca.shared.global [%0], [%1], 16;"::"r"(a),"l"((u64)b)); return 0; }
extern "C" __device__ __noinline__ u64 f_prefetch(int a,int b,int c,int d){ asm volatile("prefetch.global.L2 [%0];"::"l"((u64)b)); return 0; }
extern "C" __device__ __noinline__ u64 f_brx(int a,int b,int c,int d){ switch(a){case 0:return b*c;case 1:return b+c;case 2:return b/c;case 3:return b%c;case 4: return b^c; case 5: return b-c; case 6: return b&d; case 7: return b|d; case 8: return d*d; case 9: return d*b;case 10: return d+a;case 11:return d-a; default: return 7;} }
