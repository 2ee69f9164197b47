// What policies are made of on a device, one function each. allowed.cubin is made as forbidden.cubin is.
typedef long long i64; typedef unsigned long long u64;
extern "C" __device__ u64 v_add(int a,int b,int c,int d){ return (u64)(i64)a+b*c-d; }
extern "C" __device__ u64 v_div(int a,int b,int c,int d){ i64 x=(i64)a*b, y=(i64)c+d; return x/y + x%y; }
extern "C" __device__ u64 v_min(int a,int b,int c,int d){ i64 x=(i64)a*b, y=(i64)c+d; i64 m = x<y?x:y; return m ^ (x>y?x:y) | (y<<(a&63)) & (x>>(b&63)); }
extern "C" __device__ u64 v_clz(int a,int b,int c,int d){ i64 x=(i64)a*b; return __clzll(x)+__popcll(x)+(x<0?-x:x); }
extern "C" __device__ u64 v_loop(int a,int b,int c,int d){ i64 s=0; for(i64 i=0;i<a;i++){ if(s>c) break; s+= (i*b)%(d+1); } return s; }
extern "C" __device__ u64 v_sat(int a,int b,int c,int d){ i64 x=(i64)a*b,y=(i64)c*d,s=0; s = __mul64hi(x,y); return s; }
extern "C" __device__ u64 v_div32(int a,int b,int c,int d){ return a/b + c%d + (unsigned)a/(unsigned)c; }
extern "C" __device__ __noinline__ u64 v_trap(int a,int b,int c,int d){ if(a>b) __trap(); return 0; }
extern "C" __device__ u64 v_logic(int a,int b,int c,int d){ bool p=a<b&&c<d||a==d, q=!(b<c)||p; return (p?a:b)+(q?c:d)+(p!=q); }
extern "C" __device__ u64 v_wide(int a,int b,int c,int d){ i64 x=((i64)a<<32)|(unsigned)b,y=((i64)c<<32)|(unsigned)d; return (x*y)^(x+y)^(x-y)^(x&y)^(x|~y); }
extern "C" __device__ u64 v_checked(int a,int b,int c,int d){ i64 x=((i64)a<<32)|(unsigned)b,y=((i64)c<<32)|(unsigned)d,s; s=(i64)((u64)x+(u64)y); if(((x^s)&(y^s))<0) return 1; return s; }
extern "C" __device__ u64 v_search(int a,int b,int c,int d){ int lo=0,hi=a; while(lo<hi){ int m=(lo+hi)/2; if((i64)m*m<(i64)b*c) lo=m+1; else hi=m; } for(int i=0;i<d;i++){ if(lo%7==3) continue; lo+=i; if(lo>1000000) break; } return lo; }
