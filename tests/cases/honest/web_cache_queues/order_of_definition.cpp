// The contract's functions in another order than the contract's, helpers between them, no include, a blank parameter here and there.

i64 on_head(const Object&, const Queues&, Mark& m, Memory&) { if (m.count == 0) return kForget; m.count -= 1; return 0; }
i64 quarter(i64 x) { return x / 4; }
i64 pick_queue(const Queues& all, Memory&) { return quarter(all.length[0]) > 0 ? 0 : 1; }
bool yes() { return true; }
i64 on_hit(const Object& it, const Queues&, Mark& m, Memory&) { m.count = min(m.count + i64(yes()), 1 + (it.queue & 1)); return kStay; }
i64 on_insert(const Object&, const Ghost& then, const Queues&, Mark&, Memory&) { return then.known; }
