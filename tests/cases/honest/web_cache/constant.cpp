// The same for all: ties go by the id, so that the same few objects are evicted again and again.
i64 priority(const Object&, const Cache&, const Ghost&) { return 0; }
