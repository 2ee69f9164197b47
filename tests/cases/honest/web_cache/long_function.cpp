// One function of more than 300 statements, as a search leaves it that only ever adds.
#include "policy.h"

i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  i64 score = 0, credit = 0, debt = 0;
  const i64 margin_0 = object.hits - cache.hits.p10;
  if (margin_0 > 0) {
    credit += 1;
  } else if (margin_0 < -1) {
    debt += 1;
  }
  const i64 margin_1 = object.age - cache.ages.p25;
  if (margin_1 > 3) {
    debt += 2;
  } else if (margin_1 < -6) {
    credit += 2;
  }
  const i64 margin_2 = object.lifetime - cache.ages.p50;
  if (margin_2 > 6) {
    debt += 3;
  } else if (margin_2 < -11) {
    credit += 3;
  }
  const i64 margin_3 = object.size - cache.sizes.p75;
  if (margin_3 > 9) {
    debt += 4;
  } else if (margin_3 < -16) {
    credit += 4;
  }
  const i64 margin_4 = object.hits - cache.hits.p90;
  if (margin_4 > 12) {
    credit += 5;
  } else if (margin_4 < -21) {
    debt += 5;
  }
  const i64 margin_5 = object.age - cache.ages.p10;
  if (margin_5 > 15) {
    debt += 6;
  } else if (margin_5 < -26) {
    credit += 1;
  }
  score += credit * 8 - debt * 6;
  credit /= 2;
  debt /= 2;
  const i64 margin_6 = object.lifetime - cache.ages.p25;
  if (margin_6 > 18) {
    debt += 7;
  } else if (margin_6 < -31) {
    credit += 2;
  }
  const i64 margin_7 = object.size - cache.sizes.p50;
  if (margin_7 > 21) {
    debt += 1;
  } else if (margin_7 < -36) {
    credit += 3;
  }
  const i64 margin_8 = object.hits - cache.hits.p75;
  if (margin_8 > 24) {
    credit += 2;
  } else if (margin_8 < -41) {
    debt += 4;
  }
  const i64 margin_9 = object.age - cache.ages.p90;
  if (margin_9 > 27) {
    debt += 3;
  } else if (margin_9 < -46) {
    credit += 5;
  }
  const i64 margin_10 = object.lifetime - cache.ages.p10;
  if (margin_10 > 30) {
    debt += 4;
  } else if (margin_10 < -51) {
    credit += 1;
  }
  const i64 margin_11 = object.size - cache.sizes.p25;
  if (margin_11 > 33) {
    debt += 5;
  } else if (margin_11 < -56) {
    credit += 2;
  }
  score += credit * 14 - debt * 12;
  credit /= 2;
  debt /= 2;
  const i64 margin_12 = object.hits - cache.hits.p50;
  if (margin_12 > 36) {
    credit += 6;
  } else if (margin_12 < -61) {
    debt += 3;
  }
  const i64 margin_13 = object.age - cache.ages.p75;
  if (margin_13 > 39) {
    debt += 7;
  } else if (margin_13 < -66) {
    credit += 4;
  }
  const i64 margin_14 = object.lifetime - cache.ages.p90;
  if (margin_14 > 42) {
    debt += 1;
  } else if (margin_14 < -71) {
    credit += 5;
  }
  const i64 margin_15 = object.size - cache.sizes.p10;
  if (margin_15 > 45) {
    debt += 2;
  } else if (margin_15 < -76) {
    credit += 1;
  }
  const i64 margin_16 = object.hits - cache.hits.p25;
  if (margin_16 > 48) {
    credit += 3;
  } else if (margin_16 < -81) {
    debt += 2;
  }
  const i64 margin_17 = object.age - cache.ages.p50;
  if (margin_17 > 51) {
    debt += 4;
  } else if (margin_17 < -86) {
    credit += 3;
  }
  score += credit * 20 - debt * 18;
  credit /= 2;
  debt /= 2;
  const i64 margin_18 = object.lifetime - cache.ages.p75;
  if (margin_18 > 54) {
    debt += 5;
  } else if (margin_18 < -91) {
    credit += 4;
  }
  const i64 margin_19 = object.size - cache.sizes.p90;
  if (margin_19 > 57) {
    debt += 6;
  } else if (margin_19 < -96) {
    credit += 5;
  }
  const i64 margin_20 = object.hits - cache.hits.p10;
  if (margin_20 > 60) {
    credit += 7;
  } else if (margin_20 < -101) {
    debt += 1;
  }
  const i64 margin_21 = object.age - cache.ages.p25;
  if (margin_21 > 63) {
    debt += 1;
  } else if (margin_21 < -106) {
    credit += 2;
  }
  const i64 margin_22 = object.lifetime - cache.ages.p50;
  if (margin_22 > 66) {
    debt += 2;
  } else if (margin_22 < -111) {
    credit += 3;
  }
  const i64 margin_23 = object.size - cache.sizes.p75;
  if (margin_23 > 69) {
    debt += 3;
  } else if (margin_23 < -116) {
    credit += 4;
  }
  score += credit * 26 - debt * 24;
  credit /= 2;
  debt /= 2;
  const i64 margin_24 = object.hits - cache.hits.p90;
  if (margin_24 > 72) {
    credit += 4;
  } else if (margin_24 < -121) {
    debt += 5;
  }
  const i64 margin_25 = object.age - cache.ages.p10;
  if (margin_25 > 75) {
    debt += 5;
  } else if (margin_25 < -126) {
    credit += 1;
  }
  const i64 margin_26 = object.lifetime - cache.ages.p25;
  if (margin_26 > 78) {
    debt += 6;
  } else if (margin_26 < -131) {
    credit += 2;
  }
  const i64 margin_27 = object.size - cache.sizes.p50;
  if (margin_27 > 81) {
    debt += 7;
  } else if (margin_27 < -136) {
    credit += 3;
  }
  const i64 margin_28 = object.hits - cache.hits.p75;
  if (margin_28 > 84) {
    credit += 1;
  } else if (margin_28 < -141) {
    debt += 4;
  }
  const i64 margin_29 = object.age - cache.ages.p90;
  if (margin_29 > 87) {
    debt += 2;
  } else if (margin_29 < -146) {
    credit += 5;
  }
  score += credit * 32 - debt * 30;
  credit /= 2;
  debt /= 2;
  const i64 margin_30 = object.lifetime - cache.ages.p10;
  if (margin_30 > 90) {
    debt += 3;
  } else if (margin_30 < -151) {
    credit += 1;
  }
  const i64 margin_31 = object.size - cache.sizes.p25;
  if (margin_31 > 93) {
    debt += 4;
  } else if (margin_31 < -156) {
    credit += 2;
  }
  const i64 margin_32 = object.hits - cache.hits.p50;
  if (margin_32 > 96) {
    credit += 5;
  } else if (margin_32 < -161) {
    debt += 3;
  }
  const i64 margin_33 = object.age - cache.ages.p75;
  if (margin_33 > 99) {
    debt += 6;
  } else if (margin_33 < -166) {
    credit += 4;
  }
  const i64 margin_34 = object.lifetime - cache.ages.p90;
  if (margin_34 > 102) {
    debt += 7;
  } else if (margin_34 < -171) {
    credit += 5;
  }
  const i64 margin_35 = object.size - cache.sizes.p10;
  if (margin_35 > 105) {
    debt += 1;
  } else if (margin_35 < -176) {
    credit += 1;
  }
  score += credit * 38 - debt * 36;
  credit /= 2;
  debt /= 2;
  const i64 margin_36 = object.hits - cache.hits.p25;
  if (margin_36 > 108) {
    credit += 2;
  } else if (margin_36 < -181) {
    debt += 2;
  }
  const i64 margin_37 = object.age - cache.ages.p50;
  if (margin_37 > 111) {
    debt += 3;
  } else if (margin_37 < -186) {
    credit += 3;
  }
  const i64 margin_38 = object.lifetime - cache.ages.p75;
  if (margin_38 > 114) {
    debt += 4;
  } else if (margin_38 < -191) {
    credit += 4;
  }
  const i64 margin_39 = object.size - cache.sizes.p90;
  if (margin_39 > 117) {
    debt += 5;
  } else if (margin_39 < -196) {
    credit += 5;
  }
  const i64 margin_40 = object.hits - cache.hits.p10;
  if (margin_40 > 120) {
    credit += 6;
  } else if (margin_40 < -201) {
    debt += 1;
  }
  const i64 margin_41 = object.age - cache.ages.p25;
  if (margin_41 > 123) {
    debt += 7;
  } else if (margin_41 < -206) {
    credit += 2;
  }
  score += credit * 44 - debt * 42;
  credit /= 2;
  debt /= 2;
  const i64 margin_42 = object.lifetime - cache.ages.p50;
  if (margin_42 > 126) {
    debt += 1;
  } else if (margin_42 < -211) {
    credit += 3;
  }
  const i64 margin_43 = object.size - cache.sizes.p75;
  if (margin_43 > 129) {
    debt += 2;
  } else if (margin_43 < -216) {
    credit += 4;
  }
  const i64 margin_44 = object.hits - cache.hits.p90;
  if (margin_44 > 132) {
    credit += 3;
  } else if (margin_44 < -221) {
    debt += 5;
  }
  const i64 margin_45 = object.age - cache.ages.p10;
  if (margin_45 > 135) {
    debt += 4;
  } else if (margin_45 < -226) {
    credit += 1;
  }
  const i64 margin_46 = object.lifetime - cache.ages.p25;
  if (margin_46 > 138) {
    debt += 5;
  } else if (margin_46 < -231) {
    credit += 2;
  }
  const i64 margin_47 = object.size - cache.sizes.p50;
  if (margin_47 > 141) {
    debt += 6;
  } else if (margin_47 < -236) {
    credit += 3;
  }
  score += credit * 50 - debt * 48;
  credit /= 2;
  debt /= 2;
  const i64 margin_48 = object.hits - cache.hits.p75;
  if (margin_48 > 144) {
    credit += 7;
  } else if (margin_48 < -241) {
    debt += 4;
  }
  const i64 margin_49 = object.age - cache.ages.p90;
  if (margin_49 > 147) {
    debt += 1;
  } else if (margin_49 < -246) {
    credit += 5;
  }
  const i64 margin_50 = object.lifetime - cache.ages.p10;
  if (margin_50 > 150) {
    debt += 2;
  } else if (margin_50 < -251) {
    credit += 1;
  }
  const i64 margin_51 = object.size - cache.sizes.p25;
  if (margin_51 > 153) {
    debt += 3;
  } else if (margin_51 < -256) {
    credit += 2;
  }
  const i64 margin_52 = object.hits - cache.hits.p50;
  if (margin_52 > 156) {
    credit += 4;
  } else if (margin_52 < -261) {
    debt += 3;
  }
  const i64 margin_53 = object.age - cache.ages.p75;
  if (margin_53 > 159) {
    debt += 5;
  } else if (margin_53 < -266) {
    credit += 4;
  }
  score += credit * 56 - debt * 54;
  credit /= 2;
  debt /= 2;
  const i64 margin_54 = object.lifetime - cache.ages.p90;
  if (margin_54 > 162) {
    debt += 6;
  } else if (margin_54 < -271) {
    credit += 5;
  }
  const i64 margin_55 = object.size - cache.sizes.p10;
  if (margin_55 > 165) {
    debt += 7;
  } else if (margin_55 < -276) {
    credit += 1;
  }
  const i64 margin_56 = object.hits - cache.hits.p25;
  if (margin_56 > 168) {
    credit += 1;
  } else if (margin_56 < -281) {
    debt += 2;
  }
  const i64 margin_57 = object.age - cache.ages.p50;
  if (margin_57 > 171) {
    debt += 2;
  } else if (margin_57 < -286) {
    credit += 3;
  }
  const i64 margin_58 = object.lifetime - cache.ages.p75;
  if (margin_58 > 174) {
    debt += 3;
  } else if (margin_58 < -291) {
    credit += 4;
  }
  const i64 margin_59 = object.size - cache.sizes.p90;
  if (margin_59 > 177) {
    debt += 4;
  } else if (margin_59 < -296) {
    credit += 5;
  }
  score += credit * 62 - debt * 60;
  credit /= 2;
  debt /= 2;
  if (ghost.known == 1 && ghost.age < cache.ages.p75) score += 400;
  return object.last_access + score * cache.objects / 4096;
}
