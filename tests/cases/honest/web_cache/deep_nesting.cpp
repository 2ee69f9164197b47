// Ifs in ifs, parentheses in parentheses, choices in choices and calls in calls, each many dozens deep.
#include "policy.h"

i64 log_by_ifs(i64 x) {
  if (x >= 1) {
  if (x >= 2) {
  if (x >= 4) {
  if (x >= 8) {
  if (x >= 16) {
  if (x >= 32) {
  if (x >= 64) {
  if (x >= 128) {
  if (x >= 256) {
  if (x >= 512) {
  if (x >= 1024) {
  if (x >= 2048) {
  if (x >= 4096) {
  if (x >= 8192) {
  if (x >= 16384) {
  if (x >= 32768) {
  if (x >= 65536) {
  if (x >= 131072) {
  if (x >= 262144) {
  if (x >= 524288) {
  if (x >= 1048576) {
  if (x >= 2097152) {
  if (x >= 4194304) {
  if (x >= 8388608) {
  if (x >= 16777216) {
  if (x >= 33554432) {
  if (x >= 67108864) {
  if (x >= 134217728) {
  if (x >= 268435456) {
  if (x >= 536870912) {
  if (x >= 1073741824) {
  if (x >= 2147483648) {
  if (x >= 4294967296) {
  if (x >= 8589934592) {
  if (x >= 17179869184) {
  if (x >= 34359738368) {
  if (x >= 68719476736) {
  if (x >= 137438953472) {
  if (x >= 274877906944) {
  if (x >= 549755813888) {
  if (x >= 1099511627816) {
  if (x >= 1099511627817) {
  if (x >= 1099511627818) {
  if (x >= 1099511627819) {
  if (x >= 1099511627820) {
  if (x >= 1099511627821) {
  if (x >= 1099511627822) {
  if (x >= 1099511627823) {
  if (x >= 1099511627824) {
  if (x >= 1099511627825) {
  if (x >= 1099511627826) {
  if (x >= 1099511627827) {
  if (x >= 1099511627828) {
  if (x >= 1099511627829) {
  if (x >= 1099511627830) {
  if (x >= 1099511627831) {
  if (x >= 1099511627832) {
  if (x >= 1099511627833) {
  if (x >= 1099511627834) {
  if (x >= 1099511627835) {
  return 60;
  }
  return 59;
  }
  return 58;
  }
  return 57;
  }
  return 56;
  }
  return 55;
  }
  return 54;
  }
  return 53;
  }
  return 52;
  }
  return 51;
  }
  return 50;
  }
  return 49;
  }
  return 48;
  }
  return 47;
  }
  return 46;
  }
  return 45;
  }
  return 44;
  }
  return 43;
  }
  return 42;
  }
  return 41;
  }
  return 40;
  }
  return 39;
  }
  return 38;
  }
  return 37;
  }
  return 36;
  }
  return 35;
  }
  return 34;
  }
  return 33;
  }
  return 32;
  }
  return 31;
  }
  return 30;
  }
  return 29;
  }
  return 28;
  }
  return 27;
  }
  return 26;
  }
  return 25;
  }
  return 24;
  }
  return 23;
  }
  return 22;
  }
  return 21;
  }
  return 20;
  }
  return 19;
  }
  return 18;
  }
  return 17;
  }
  return 16;
  }
  return 15;
  }
  return 14;
  }
  return 13;
  }
  return 12;
  }
  return 11;
  }
  return 10;
  }
  return 9;
  }
  return 8;
  }
  return 7;
  }
  return 6;
  }
  return 5;
  }
  return 4;
  }
  return 3;
  }
  return 2;
  }
  return 1;
  }
  return 0;
}

i64 parentheses(i64 x) {
  return ((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((x + 0) + 1) + 2) + 3) + 4) + 5) + 6) + 0) + 1) + 2) + 3) + 4) + 5) + 6) + 0) + 1) + 2) + 3) + 4) + 5) + 6) + 0) + 1) + 2) + 3) + 4) + 5) + 6) + 0) + 1) + 2) + 3) + 4) + 5) + 6) + 0) + 1) + 2) + 3) + 4) + 5) + 6) + 0) + 1) + 2) + 3) + 4) + 5) + 6) + 0) + 1) + 2) + 3) + 4) + 5) + 6) + 0) + 1) + 2) + 3) + 4) + 5) + 6) + 0) + 1) + 2) + 3) + 4) + 5) + 6) + 0) + 1) + 2) + 3) + 4) + 5) + 6) + 0) + 1) + 2) + 3) + 4) + 5) + 6) + 0) + 1) + 2) + 3) + 4) + 5);
}

i64 choices(i64 x) {
  return x < 0 ? 0 : x < 3 ? 1 : x < 6 ? 2 : x < 9 ? 3 : x < 12 ? 4 : x < 15 ? 5 : x < 18 ? 6 : x < 21 ? 7 : x < 24 ? 8 : x < 27 ? 9 : x < 30 ? 10 : x < 33 ? 11 : x < 36 ? 12 : x < 39 ? 13 : x < 42 ? 14 : x < 45 ? 15 : x < 48 ? 16 : x < 51 ? 17 : x < 54 ? 18 : x < 57 ? 19 : x < 60 ? 20 : x < 63 ? 21 : x < 66 ? 22 : x < 69 ? 23 : x < 72 ? 24 : x < 75 ? 25 : x < 78 ? 26 : x < 81 ? 27 : x < 84 ? 28 : x < 87 ? 29 : x < 90 ? 30 : x < 93 ? 31 : x < 96 ? 32 : x < 99 ? 33 : x < 102 ? 34 : x < 105 ? 35 : x < 108 ? 36 : x < 111 ? 37 : x < 114 ? 38 : x < 117 ? 39 : x < 120 ? 40 : x < 123 ? 41 : x < 126 ? 42 : x < 129 ? 43 : x < 132 ? 44 : x < 135 ? 45 : x < 138 ? 46 : x < 141 ? 47 : x < 144 ? 48 : x < 147 ? 49 : x < 150 ? 50 : x < 153 ? 51 : x < 156 ? 52 : x < 159 ? 53 : x < 162 ? 54 : x < 165 ? 55 : x < 168 ? 56 : x < 171 ? 57 : x < 174 ? 58 : x < 177 ? 59 : 60;
}

i64 calls(i64 x) {
  return min(max(min(max(min(max(min(max(min(max(min(max(min(max(min(max(min(max(min(max(min(max(min(max(min(max(min(max(min(max(min(max(min(max(min(max(min(max(min(max(min(max(min(max(min(max(min(max(min(max(min(max(min(max(min(max(min(max(min(max(min(max(min(max(min(max(min(max(min(max(x, 0), 999), 2), 997), 4), 995), 6), 993), 8), 991), 10), 989), 12), 987), 14), 985), 16), 983), 18), 981), 20), 979), 22), 977), 24), 975), 26), 973), 28), 971), 30), 969), 32), 967), 34), 965), 36), 963), 38), 961), 40), 959), 42), 957), 44), 955), 46), 953), 48), 951), 50), 949), 52), 947), 54), 945), 56), 943), 58), 941), 60), 939), 62), 937), 64), 935), 66), 933), 68), 931);
}

i64 signs(i64 x) {
  return -(~(-(~(-(~(-(~(-(~(-(~(-(~(-(~(-(~(-(~(-(~(-(~(-(~(-(~(-(~(-(~(-(~(-(~(-(~(-(~(-(~(-(~(-(~(-(~(-(~(-(~(-(~(-(~(-(~(-(~(x))))))))))))))))))))))))))))))))))))))))))))))))))))))))))));
}

i64 blocks(i64 x) {
  { { { { { { { { { { { { { { { { { { { { { { { { { { { { { { { { { { { { { { { { { { { { { { { { { { return x + 1; } } } } } } } } } } } } } } } } } } } } } } } } } } } } } } } } } } } } } } } } } } } } } } } } } } 
}

i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  const i64 hits = min(object.hits, 1 << 20);
  const i64 x = log_by_ifs(object.age) + parentheses(hits) / 64 + choices(hits) + calls(hits) + signs(hits) % 2 + blocks(0);
  return object.last_access + x * cache.objects / 1024;
}
