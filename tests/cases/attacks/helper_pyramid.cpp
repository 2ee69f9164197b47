// attack: helpers that each call the one before twice: small text, 2^40 calls or instructions
// layer: E
// outcome: ok
// screen-off: ok E
i64 h0(i64 x) { return x + 1; }
i64 h1(i64 x) { return h0(x) + h0(x + 1); }
i64 h2(i64 x) { return h1(x) + h1(x + 2); }
i64 h3(i64 x) { return h2(x) + h2(x + 3); }
i64 h4(i64 x) { return h3(x) + h3(x + 4); }
i64 h5(i64 x) { return h4(x) + h4(x + 5); }
i64 h6(i64 x) { return h5(x) + h5(x + 6); }
i64 h7(i64 x) { return h6(x) + h6(x + 7); }
i64 h8(i64 x) { return h7(x) + h7(x + 8); }
i64 h9(i64 x) { return h8(x) + h8(x + 9); }
i64 h10(i64 x) { return h9(x) + h9(x + 10); }
i64 h11(i64 x) { return h10(x) + h10(x + 11); }
i64 h12(i64 x) { return h11(x) + h11(x + 12); }
i64 h13(i64 x) { return h12(x) + h12(x + 13); }
i64 h14(i64 x) { return h13(x) + h13(x + 14); }
i64 h15(i64 x) { return h14(x) + h14(x + 15); }
i64 h16(i64 x) { return h15(x) + h15(x + 16); }
i64 h17(i64 x) { return h16(x) + h16(x + 17); }
i64 h18(i64 x) { return h17(x) + h17(x + 18); }
i64 h19(i64 x) { return h18(x) + h18(x + 19); }
i64 h20(i64 x) { return h19(x) + h19(x + 20); }
i64 h21(i64 x) { return h20(x) + h20(x + 21); }
i64 h22(i64 x) { return h21(x) + h21(x + 22); }
i64 h23(i64 x) { return h22(x) + h22(x + 23); }
i64 h24(i64 x) { return h23(x) + h23(x + 24); }
i64 h25(i64 x) { return h24(x) + h24(x + 25); }
i64 h26(i64 x) { return h25(x) + h25(x + 26); }
i64 h27(i64 x) { return h26(x) + h26(x + 27); }
i64 h28(i64 x) { return h27(x) + h27(x + 28); }
i64 h29(i64 x) { return h28(x) + h28(x + 29); }
i64 h30(i64 x) { return h29(x) + h29(x + 30); }
i64 h31(i64 x) { return h30(x) + h30(x + 31); }
i64 h32(i64 x) { return h31(x) + h31(x + 32); }
i64 h33(i64 x) { return h32(x) + h32(x + 33); }
i64 h34(i64 x) { return h33(x) + h33(x + 34); }
i64 h35(i64 x) { return h34(x) + h34(x + 35); }
i64 h36(i64 x) { return h35(x) + h35(x + 36); }
i64 h37(i64 x) { return h36(x) + h36(x + 37); }
i64 h38(i64 x) { return h37(x) + h37(x + 38); }
i64 h39(i64 x) { return h38(x) + h38(x + 39); }
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (object.hits == h39(object.age)) return 1;
  return -object.last_access;
}
