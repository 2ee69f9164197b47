using i64=long long; using u64=unsigned long long;
#define D static __device__ __forceinline__
D i64 smaller(i64 a,i64 b){return b<a?b:a;}
D i64 grp(i64 rows,i64 cols,i64 id,bool want_row){ i64 group=8; i64 per=group*cols; i64 g=id/per; i64 first=g*group; i64 size=smaller(rows-first,group); i64 in=id%per; return want_row? first+in%size : in/size; }
extern "C" __device__ u64 assay_tile(int rows,int columns,int causal,int id){ i64 r=grp(rows,columns,id,true), c=grp(rows,columns,id,false); return ((u64)r<<32)|(u64)(unsigned)c; }
