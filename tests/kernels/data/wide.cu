// An array on the stack, read by an index that nobody knows, for each width of an access. wide.cubin is made as forbidden.cubin is.
typedef unsigned long long u64; typedef unsigned char u8; typedef unsigned short u16;
extern "C" __device__ u64 w_8(int a, int id){ u8 w[16]; for (int i = 0; i < 16; ++i) w[i] = (u8)(a >> i); return w[id & 15]; }
extern "C" __device__ u64 w_16(int a, int id){ u16 w[16]; for (int i = 0; i < 16; ++i) w[i] = (u16)(a >> i); return w[id & 15]; }
extern "C" __device__ u64 w_32(int a, int id){ volatile unsigned w[16]; for (int i = 0; i < 16; ++i) w[i] = a >> i; return w[id & 15]; }
extern "C" __device__ u64 w_64(u64 a, int id){ u64 w[16]; for (int i = 0; i < 16; ++i) w[i] = a >> i; return w[id & 15]; }
extern "C" __device__ u64 w_128(unsigned a, int id){ uint4 w[8]; for (int i = 0; i < 8; ++i) w[i] = {a >> i, a + i, a, a * i}; uint4 r = w[id & 7]; return (u64)(r.x ^ r.y) << 32 | (r.z ^ r.w); }
