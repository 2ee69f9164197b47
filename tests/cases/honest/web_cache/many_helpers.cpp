// Ninety helpers in a chain, each a small step on the result of the one before.
#include "policy.h"

i64 step_0(i64 x) { return x; }
i64 step_1(i64 x) { return step_0(x) + 1; }
i64 step_2(i64 x) { return max(step_1(x), 2); }
i64 step_3(i64 x) { return step_2(x) - 3; }
i64 step_4(i64 x) { return step_3(x) ^ 4; }
i64 step_5(i64 x) { return step_4(x) & 0xffff; }
i64 step_6(i64 x) { return min(step_5(x), 60006); }
i64 step_7(i64 x) { return step_6(x) + 7; }
i64 step_8(i64 x) { return max(step_7(x), 8); }
i64 step_9(i64 x) { return step_8(x) - 0; }
i64 step_10(i64 x) { return step_9(x) ^ 1; }
i64 step_11(i64 x) { return step_10(x) & 0xffff; }
i64 step_12(i64 x) { return min(step_11(x), 60012); }
i64 step_13(i64 x) { return step_12(x) + 4; }
i64 step_14(i64 x) { return max(step_13(x), 5); }
i64 step_15(i64 x) { return step_14(x) - 6; }
i64 step_16(i64 x) { return step_15(x) ^ 7; }
i64 step_17(i64 x) { return step_16(x) & 0xffff; }
i64 step_18(i64 x) { return min(step_17(x), 60018); }
i64 step_19(i64 x) { return step_18(x) + 1; }
i64 step_20(i64 x) { return max(step_19(x), 2); }
i64 step_21(i64 x) { return step_20(x) - 3; }
i64 step_22(i64 x) { return step_21(x) ^ 4; }
i64 step_23(i64 x) { return step_22(x) & 0xffff; }
i64 step_24(i64 x) { return min(step_23(x), 60024); }
i64 step_25(i64 x) { return step_24(x) + 7; }
i64 step_26(i64 x) { return max(step_25(x), 8); }
i64 step_27(i64 x) { return step_26(x) - 0; }
i64 step_28(i64 x) { return step_27(x) ^ 1; }
i64 step_29(i64 x) { return step_28(x) & 0xffff; }
i64 step_30(i64 x) { return min(step_29(x), 60030); }
i64 step_31(i64 x) { return step_30(x) + 4; }
i64 step_32(i64 x) { return max(step_31(x), 5); }
i64 step_33(i64 x) { return step_32(x) - 6; }
i64 step_34(i64 x) { return step_33(x) ^ 7; }
i64 step_35(i64 x) { return step_34(x) & 0xffff; }
i64 step_36(i64 x) { return min(step_35(x), 60036); }
i64 step_37(i64 x) { return step_36(x) + 1; }
i64 step_38(i64 x) { return max(step_37(x), 2); }
i64 step_39(i64 x) { return step_38(x) - 3; }
i64 step_40(i64 x) { return step_39(x) ^ 4; }
i64 step_41(i64 x) { return step_40(x) & 0xffff; }
i64 step_42(i64 x) { return min(step_41(x), 60042); }
i64 step_43(i64 x) { return step_42(x) + 7; }
i64 step_44(i64 x) { return max(step_43(x), 8); }
i64 step_45(i64 x) { return step_44(x) - 0; }
i64 step_46(i64 x) { return step_45(x) ^ 1; }
i64 step_47(i64 x) { return step_46(x) & 0xffff; }
i64 step_48(i64 x) { return min(step_47(x), 60048); }
i64 step_49(i64 x) { return step_48(x) + 4; }
i64 step_50(i64 x) { return max(step_49(x), 5); }
i64 step_51(i64 x) { return step_50(x) - 6; }
i64 step_52(i64 x) { return step_51(x) ^ 7; }
i64 step_53(i64 x) { return step_52(x) & 0xffff; }
i64 step_54(i64 x) { return min(step_53(x), 60054); }
i64 step_55(i64 x) { return step_54(x) + 1; }
i64 step_56(i64 x) { return max(step_55(x), 2); }
i64 step_57(i64 x) { return step_56(x) - 3; }
i64 step_58(i64 x) { return step_57(x) ^ 4; }
i64 step_59(i64 x) { return step_58(x) & 0xffff; }
i64 step_60(i64 x) { return min(step_59(x), 60060); }
i64 step_61(i64 x) { return step_60(x) + 7; }
i64 step_62(i64 x) { return max(step_61(x), 8); }
i64 step_63(i64 x) { return step_62(x) - 0; }
i64 step_64(i64 x) { return step_63(x) ^ 1; }
i64 step_65(i64 x) { return step_64(x) & 0xffff; }
i64 step_66(i64 x) { return min(step_65(x), 60066); }
i64 step_67(i64 x) { return step_66(x) + 4; }
i64 step_68(i64 x) { return max(step_67(x), 5); }
i64 step_69(i64 x) { return step_68(x) - 6; }
i64 step_70(i64 x) { return step_69(x) ^ 7; }
i64 step_71(i64 x) { return step_70(x) & 0xffff; }
i64 step_72(i64 x) { return min(step_71(x), 60072); }
i64 step_73(i64 x) { return step_72(x) + 1; }
i64 step_74(i64 x) { return max(step_73(x), 2); }
i64 step_75(i64 x) { return step_74(x) - 3; }
i64 step_76(i64 x) { return step_75(x) ^ 4; }
i64 step_77(i64 x) { return step_76(x) & 0xffff; }
i64 step_78(i64 x) { return min(step_77(x), 60078); }
i64 step_79(i64 x) { return step_78(x) + 7; }
i64 step_80(i64 x) { return max(step_79(x), 8); }
i64 step_81(i64 x) { return step_80(x) - 0; }
i64 step_82(i64 x) { return step_81(x) ^ 1; }
i64 step_83(i64 x) { return step_82(x) & 0xffff; }
i64 step_84(i64 x) { return min(step_83(x), 60084); }
i64 step_85(i64 x) { return step_84(x) + 4; }
i64 step_86(i64 x) { return max(step_85(x), 5); }
i64 step_87(i64 x) { return step_86(x) - 6; }
i64 step_88(i64 x) { return step_87(x) ^ 7; }
i64 step_89(i64 x) { return step_88(x) & 0xffff; }

i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  return object.last_access + step_89(min(object.hits, 50000)) * cache.objects / 65536;
}
