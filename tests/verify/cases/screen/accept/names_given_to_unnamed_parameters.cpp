// A parameter without a name gets one for the compiler, and not one that the policy has a use for.
i64 second(i64, i64 unused1) { return unused1; }
i64 local(i64) {
  const i64 unused1x = 3, unused2 = 4;
  return unused1x + unused2;
}
i64 priority(const Object& object, const Cache&, const Ghost&) { return object.last_access + second(1, local(2)); }
