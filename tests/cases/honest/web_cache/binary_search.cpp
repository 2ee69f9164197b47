// A table of 64 intervals searched by bisection, written out as ifs six deep, with a formula for the borders.
#include "policy.h"

i64 weight(i64 x) {
  if (x < 14845) {
    if (x < 136) {
      if (x < 18) {
        if (x < 6) {
          if (x < 2) {
            if (x < 1) {
              return 0;
            } else {
              return 17;
            }
          } else {
            if (x < 4) {
              return 34;
            } else {
              return 51;
            }
          }
        } else {
          if (x < 11) {
            if (x < 8) {
              return 68;
            } else {
              return 85;
            }
          } else {
            if (x < 14) {
              return 1;
            } else {
              return 18;
            }
          }
        }
      } else {
        if (x < 47) {
          if (x < 29) {
            if (x < 22) {
              return 35;
            } else {
              return 52;
            }
          } else {
            if (x < 37) {
              return 69;
            } else {
              return 86;
            }
          }
        } else {
          if (x < 79) {
            if (x < 61) {
              return 2;
            } else {
              return 19;
            }
          } else {
            if (x < 104) {
              return 36;
            } else {
              return 53;
            }
          }
        }
      }
    } else {
      if (x < 1365) {
        if (x < 423) {
          if (x < 238) {
            if (x < 180) {
              return 70;
            } else {
              return 87;
            }
          } else {
            if (x < 317) {
              return 3;
            } else {
              return 20;
            }
          }
        } else {
          if (x < 757) {
            if (x < 565) {
              return 37;
            } else {
              return 54;
            }
          } else {
            if (x < 1016) {
              return 71;
            } else {
              return 88;
            }
          }
        }
      } else {
        if (x < 4487) {
          if (x < 2472) {
            if (x < 1836) {
              return 4;
            } else {
              return 21;
            }
          } else {
            if (x < 3329) {
              return 38;
            } else {
              return 55;
            }
          }
        } else {
          if (x < 8157) {
            if (x < 6049) {
              return 72;
            } else {
              return 89;
            }
          } else {
            if (x < 11003) {
              return 5;
            } else {
              return 22;
            }
          }
        }
      }
    }
  } else {
    if (x < 1803151) {
      if (x < 163476) {
        if (x < 49240) {
          if (x < 27032) {
            if (x < 20031) {
              return 39;
            } else {
              return 56;
            }
          } else {
            if (x < 36482) {
              return 73;
            } else {
              return 90;
            }
          }
        } else {
          if (x < 89714) {
            if (x < 66463) {
              return 6;
            } else {
              return 23;
            }
          } else {
            if (x < 121102) {
              return 40;
            } else {
              return 57;
            }
          }
        }
      } else {
        if (x < 542900) {
          if (x < 297905) {
            if (x < 220680) {
              return 74;
            } else {
              return 91;
            }
          } else {
            if (x < 402158) {
              return 7;
            } else {
              return 24;
            }
          }
        } else {
          if (x < 989402) {
            if (x < 732901) {
              return 41;
            } else {
              return 58;
            }
          } else {
            if (x < 1335678) {
              return 75;
            } else {
              return 92;
            }
          }
        }
      }
    } else {
      if (x < 19892631) {
        if (x < 5989073) {
          if (x < 3286206) {
            if (x < 2434239) {
              return 8;
            } else {
              return 25;
            }
          } else {
            if (x < 4436363) {
              return 42;
            } else {
              return 59;
            }
          }
        } else {
          if (x < 10915046) {
            if (x < 8085232) {
              return 76;
            } else {
              return 93;
            }
          } else {
            if (x < 14735295) {
              return 9;
            } else {
              return 26;
            }
          }
        }
      } else {
        if (x < 66073375) {
          if (x < 36254277) {
            if (x < 26855034) {
              return 43;
            } else {
              return 60;
            }
          } else {
            if (x < 48943255) {
              return 77;
            } else {
              return 94;
            }
          }
        } else {
          if (x < 120418681) {
            if (x < 89199037) {
              return 10;
            } else {
              return 27;
            }
          } else {
            if (x < 162565199) {
              return 44;
            } else {
              return 61;
            }
          }
        }
      }
    }
  }
}

i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  return object.last_access + weight(object.age) * cache.objects / 128 + min(object.hits, 9) * cache.objects / 2;
}
