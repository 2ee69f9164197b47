i64 priority(const Object& object) { return object.hits; }
// expect: 1: the contract wants `i64 priority(const Object& object
