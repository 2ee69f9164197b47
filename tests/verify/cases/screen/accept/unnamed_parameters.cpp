i64 priority(const Object& thing, const Cache&, const Ghost&) { return thing.last_access; }
