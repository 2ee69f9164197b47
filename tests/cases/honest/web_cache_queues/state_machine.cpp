// A state machine of 24 states for each object, written out state by state: more than 300 lines in one function.
#include "policy.h"

i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) {
  mark.tag = ghost.known == 1 ? 8 + (ghost.tag & 7) : 0;
  return ghost.known == 1 ? 1 : 0;
}

i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  if (mark.tag == 0) {
    if (object.idle < queues.objects / 2) {
      mark.tag = 1;
      mark.count = min(mark.count + 1, 8);
      memory.a = min(memory.a + 0, 100000);
    } else if (object.idle < queues.objects * 1) {
      mark.tag = 3;
      if (queues.hits[0] > queues.hits[1]) return 0;
    } else {
      mark.tag = 2;
      mark.count = mark.count / 2;
      memory.a = max(memory.a - 0, -100000);
    }
  } else if (mark.tag == 1) {
    if (object.idle < queues.objects / 3) {
      mark.tag = 6;
      mark.count = min(mark.count + 2, 9);
      memory.a = min(memory.a + 1, 100000);
    } else if (object.idle < queues.objects * 2) {
      mark.tag = 10;
      if (queues.hits[1] > queues.hits[2]) return 1;
    } else {
      mark.tag = 13;
      mark.count = mark.count / 2;
      memory.a = max(memory.a - 1, -100000);
    }
  } else if (mark.tag == 2) {
    if (object.idle < queues.objects / 4) {
      mark.tag = 11;
      mark.count = min(mark.count + 3, 10);
      memory.a = min(memory.a + 2, 100000);
    } else if (object.idle < queues.objects * 3) {
      mark.tag = 17;
      if (queues.hits[2] > queues.hits[3]) return 2;
    } else {
      mark.tag = 0;
      mark.count = mark.count / 2;
      memory.a = max(memory.a - 2, -100000);
    }
  } else if (mark.tag == 3) {
    if (object.idle < queues.objects / 5) {
      mark.tag = 16;
      mark.count = min(mark.count + 1, 11);
      memory.a = min(memory.a + 3, 100000);
    } else if (object.idle < queues.objects * 4) {
      mark.tag = 0;
      if (queues.hits[3] > queues.hits[0]) return 3;
    } else {
      mark.tag = 11;
      mark.count = mark.count / 2;
      memory.a = max(memory.a - 3, -100000);
    }
  } else if (mark.tag == 4) {
    if (object.idle < queues.objects / 6) {
      mark.tag = 21;
      mark.count = min(mark.count + 2, 12);
      memory.a = min(memory.a + 4, 100000);
    } else if (object.idle < queues.objects * 5) {
      mark.tag = 7;
      if (queues.hits[0] > queues.hits[1]) return 0;
    } else {
      mark.tag = 22;
      mark.count = mark.count / 2;
      memory.a = max(memory.a - 4, -100000);
    }
  } else if (mark.tag == 5) {
    if (object.idle < queues.objects / 7) {
      mark.tag = 2;
      mark.count = min(mark.count + 3, 13);
      memory.a = min(memory.a + 5, 100000);
    } else if (object.idle < queues.objects * 6) {
      mark.tag = 14;
      if (queues.hits[1] > queues.hits[2]) return 1;
    } else {
      mark.tag = 9;
      mark.count = mark.count / 2;
      memory.a = max(memory.a - 5, -100000);
    }
  } else if (mark.tag == 6) {
    if (object.idle < queues.objects / 8) {
      mark.tag = 7;
      mark.count = min(mark.count + 1, 14);
      memory.a = min(memory.a + 6, 100000);
    } else if (object.idle < queues.objects * 7) {
      mark.tag = 21;
      if (queues.hits[2] > queues.hits[3]) return 2;
    } else {
      mark.tag = 20;
      mark.count = mark.count / 2;
      memory.a = max(memory.a - 6, -100000);
    }
  } else if (mark.tag == 7) {
    if (object.idle < queues.objects / 9) {
      mark.tag = 12;
      mark.count = min(mark.count + 2, 15);
      memory.a = min(memory.a + 7, 100000);
    } else if (object.idle < queues.objects * 8) {
      mark.tag = 4;
      if (queues.hits[3] > queues.hits[0]) return 3;
    } else {
      mark.tag = 7;
      mark.count = mark.count / 2;
      memory.a = max(memory.a - 7, -100000);
    }
  } else if (mark.tag == 8) {
    if (object.idle < queues.objects / 10) {
      mark.tag = 17;
      mark.count = min(mark.count + 3, 16);
      memory.a = min(memory.a + 8, 100000);
    } else if (object.idle < queues.objects * 9) {
      mark.tag = 11;
      if (queues.hits[0] > queues.hits[1]) return 0;
    } else {
      mark.tag = 18;
      mark.count = mark.count / 2;
      memory.a = max(memory.a - 8, -100000);
    }
  } else if (mark.tag == 9) {
    if (object.idle < queues.objects / 11) {
      mark.tag = 22;
      mark.count = min(mark.count + 1, 17);
      memory.a = min(memory.a + 9, 100000);
    } else if (object.idle < queues.objects * 10) {
      mark.tag = 18;
      if (queues.hits[1] > queues.hits[2]) return 1;
    } else {
      mark.tag = 5;
      mark.count = mark.count / 2;
      memory.a = max(memory.a - 9, -100000);
    }
  } else if (mark.tag == 10) {
    if (object.idle < queues.objects / 12) {
      mark.tag = 3;
      mark.count = min(mark.count + 2, 18);
      memory.a = min(memory.a + 10, 100000);
    } else if (object.idle < queues.objects * 11) {
      mark.tag = 1;
      if (queues.hits[2] > queues.hits[3]) return 2;
    } else {
      mark.tag = 16;
      mark.count = mark.count / 2;
      memory.a = max(memory.a - 10, -100000);
    }
  } else if (mark.tag == 11) {
    if (object.idle < queues.objects / 13) {
      mark.tag = 8;
      mark.count = min(mark.count + 3, 19);
      memory.a = min(memory.a + 11, 100000);
    } else if (object.idle < queues.objects * 12) {
      mark.tag = 8;
      if (queues.hits[3] > queues.hits[0]) return 3;
    } else {
      mark.tag = 3;
      mark.count = mark.count / 2;
      memory.a = max(memory.a - 11, -100000);
    }
  } else if (mark.tag == 12) {
    if (object.idle < queues.objects / 14) {
      mark.tag = 13;
      mark.count = min(mark.count + 1, 20);
      memory.a = min(memory.a + 12, 100000);
    } else if (object.idle < queues.objects * 13) {
      mark.tag = 15;
      if (queues.hits[0] > queues.hits[1]) return 0;
    } else {
      mark.tag = 14;
      mark.count = mark.count / 2;
      memory.a = max(memory.a - 12, -100000);
    }
  } else if (mark.tag == 13) {
    if (object.idle < queues.objects / 15) {
      mark.tag = 18;
      mark.count = min(mark.count + 2, 21);
      memory.a = min(memory.a + 13, 100000);
    } else if (object.idle < queues.objects * 14) {
      mark.tag = 22;
      if (queues.hits[1] > queues.hits[2]) return 1;
    } else {
      mark.tag = 1;
      mark.count = mark.count / 2;
      memory.a = max(memory.a - 13, -100000);
    }
  } else if (mark.tag == 14) {
    if (object.idle < queues.objects / 16) {
      mark.tag = 23;
      mark.count = min(mark.count + 3, 22);
      memory.a = min(memory.a + 14, 100000);
    } else if (object.idle < queues.objects * 15) {
      mark.tag = 5;
      if (queues.hits[2] > queues.hits[3]) return 2;
    } else {
      mark.tag = 12;
      mark.count = mark.count / 2;
      memory.a = max(memory.a - 14, -100000);
    }
  } else if (mark.tag == 15) {
    if (object.idle < queues.objects / 17) {
      mark.tag = 4;
      mark.count = min(mark.count + 1, 23);
      memory.a = min(memory.a + 15, 100000);
    } else if (object.idle < queues.objects * 16) {
      mark.tag = 12;
      if (queues.hits[3] > queues.hits[0]) return 3;
    } else {
      mark.tag = 23;
      mark.count = mark.count / 2;
      memory.a = max(memory.a - 15, -100000);
    }
  } else if (mark.tag == 16) {
    if (object.idle < queues.objects / 18) {
      mark.tag = 9;
      mark.count = min(mark.count + 2, 24);
      memory.a = min(memory.a + 16, 100000);
    } else if (object.idle < queues.objects * 17) {
      mark.tag = 19;
      if (queues.hits[0] > queues.hits[1]) return 0;
    } else {
      mark.tag = 10;
      mark.count = mark.count / 2;
      memory.a = max(memory.a - 16, -100000);
    }
  } else if (mark.tag == 17) {
    if (object.idle < queues.objects / 19) {
      mark.tag = 14;
      mark.count = min(mark.count + 3, 25);
      memory.a = min(memory.a + 17, 100000);
    } else if (object.idle < queues.objects * 18) {
      mark.tag = 2;
      if (queues.hits[1] > queues.hits[2]) return 1;
    } else {
      mark.tag = 21;
      mark.count = mark.count / 2;
      memory.a = max(memory.a - 17, -100000);
    }
  } else if (mark.tag == 18) {
    if (object.idle < queues.objects / 20) {
      mark.tag = 19;
      mark.count = min(mark.count + 1, 26);
      memory.a = min(memory.a + 18, 100000);
    } else if (object.idle < queues.objects * 19) {
      mark.tag = 9;
      if (queues.hits[2] > queues.hits[3]) return 2;
    } else {
      mark.tag = 8;
      mark.count = mark.count / 2;
      memory.a = max(memory.a - 18, -100000);
    }
  } else if (mark.tag == 19) {
    if (object.idle < queues.objects / 21) {
      mark.tag = 0;
      mark.count = min(mark.count + 2, 27);
      memory.a = min(memory.a + 19, 100000);
    } else if (object.idle < queues.objects * 20) {
      mark.tag = 16;
      if (queues.hits[3] > queues.hits[0]) return 3;
    } else {
      mark.tag = 19;
      mark.count = mark.count / 2;
      memory.a = max(memory.a - 19, -100000);
    }
  } else if (mark.tag == 20) {
    if (object.idle < queues.objects / 22) {
      mark.tag = 5;
      mark.count = min(mark.count + 3, 28);
      memory.a = min(memory.a + 20, 100000);
    } else if (object.idle < queues.objects * 21) {
      mark.tag = 23;
      if (queues.hits[0] > queues.hits[1]) return 0;
    } else {
      mark.tag = 6;
      mark.count = mark.count / 2;
      memory.a = max(memory.a - 20, -100000);
    }
  } else if (mark.tag == 21) {
    if (object.idle < queues.objects / 23) {
      mark.tag = 10;
      mark.count = min(mark.count + 1, 29);
      memory.a = min(memory.a + 21, 100000);
    } else if (object.idle < queues.objects * 22) {
      mark.tag = 6;
      if (queues.hits[1] > queues.hits[2]) return 1;
    } else {
      mark.tag = 17;
      mark.count = mark.count / 2;
      memory.a = max(memory.a - 21, -100000);
    }
  } else if (mark.tag == 22) {
    if (object.idle < queues.objects / 24) {
      mark.tag = 15;
      mark.count = min(mark.count + 2, 30);
      memory.a = min(memory.a + 22, 100000);
    } else if (object.idle < queues.objects * 23) {
      mark.tag = 13;
      if (queues.hits[2] > queues.hits[3]) return 2;
    } else {
      mark.tag = 4;
      mark.count = mark.count / 2;
      memory.a = max(memory.a - 22, -100000);
    }
  } else if (mark.tag == 23) {
    if (object.idle < queues.objects / 25) {
      mark.tag = 20;
      mark.count = min(mark.count + 3, 31);
      memory.a = min(memory.a + 23, 100000);
    } else if (object.idle < queues.objects * 24) {
      mark.tag = 20;
      if (queues.hits[3] > queues.hits[0]) return 3;
    } else {
      mark.tag = 15;
      mark.count = mark.count / 2;
      memory.a = max(memory.a - 23, -100000);
    }
  } else {
    mark.tag = 0;
  }
  return mark.count > 12 ? 2 : kStay;
}

i64 pick_queue(const Queues& queues, Memory& memory) {
  if (queues.bytes[2] > queues.capacity / 2) return 2;
  return queues.bytes[0] > queues.capacity / 8 ? 0 : queues.length[1] > 0 ? 1 : 3;
}

i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  if (mark.tag >= 20 && object.queue != 3) {
    mark.tag -= 20;
    return 3;
  }
  if (mark.count == 0) return kEvict;
  mark.count /= 2;
  return object.queue;
}
