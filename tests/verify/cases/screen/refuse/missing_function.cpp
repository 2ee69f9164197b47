i64 other() { return 1; }
// expect: 0: `priority` is not defined; define `i64 priority(const Object& object
