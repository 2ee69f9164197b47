#pragma once
#include "policies/abi/assay.h"

/// Bound of every clock and counter of requests.
constexpr i64 kMaxRequests = 1LL << 40;
/// Bound of an object's size.
constexpr i64 kMaxSize = 1LL << 40;
/// Bound of the capacity and of what is used of it.
constexpr i64 kMaxSpace = 1LL << 50;
/// A priority lies between -kMaxPriority and kMaxPriority.
constexpr i64 kMaxPriority = 1LL << 62;

/// The object that is requested.
struct Object {
  i64 size ASSAY_FIELD("bytes", 1, kMaxSize);               ///< 1 in a run that counts objects
  i64 hits ASSAY_FIELD("requests", 0, kMaxRequests);        ///< since it was inserted, this one included; 0 on insert
  i64 age ASSAY_FIELD("requests", 0, kMaxRequests);         ///< since its previous access; 0 on insert
  i64 lifetime ASSAY_FIELD("requests", 0, kMaxRequests);    ///< since it was inserted; 0 on insert
  i64 last_access ASSAY_FIELD("request", 0, kMaxRequests);  ///< number of this request
  i64 inserted ASSAY_FIELD("request", 0, kMaxRequests);     ///< number of the request that inserted it
};

/// Percentiles of a quantity over the objects in the cache, by nearest rank; all 0 while the cache is empty.
struct Spread {
  i64 p10 ASSAY_FIELD("", 0, kMaxRequests);
  i64 p25 ASSAY_FIELD("", 0, kMaxRequests);
  i64 p50 ASSAY_FIELD("", 0, kMaxRequests);
  i64 p75 ASSAY_FIELD("", 0, kMaxRequests);
  i64 p90 ASSAY_FIELD("", 0, kMaxRequests);
};

/// What is remembered of the object from its previous stay. All 0 on a hit and where nothing is remembered.
struct Ghost {
  i64 known ASSAY_FIELD("", 0, 1);                         ///< 1: it was here before and is still remembered
  i64 hits ASSAY_FIELD("requests", 0, kMaxRequests);       ///< its hits during that stay
  i64 age ASSAY_FIELD("requests", 0, kMaxRequests);        ///< between its eviction and now
  i64 residency ASSAY_FIELD("requests", 0, kMaxRequests);  ///< between its insertion and its eviction
};

/// The whole cache before this request: on a hit without that hit, on insert with space made and the object not yet in.
struct Cache {
  i64 now ASSAY_FIELD("request", 0, kMaxRequests);             ///< number of this request, counted from 0
  i64 capacity ASSAY_FIELD("bytes", 1, kMaxSpace);             ///< objects in a run that counts objects
  i64 used ASSAY_FIELD("bytes", 0, kMaxSpace);                 ///< objects in a run that counts objects
  i64 objects ASSAY_FIELD("objects", 0, kMaxRequests);
  i64 evictions ASSAY_FIELD("evictions", 0, kMaxRequests);     ///< so far
  /// Of the most recent victim: add it to a priority and old objects fade. 0 before the first eviction.
  i64 last_evicted_priority ASSAY_FIELD("priority", -kMaxPriority, kMaxPriority);
  Spread hits;   ///< of Object::hits, in requests
  Spread ages;   ///< of the time since the last access, in requests
  Spread sizes;  ///< of Object::size, in bytes
};

/// How much the object deserves to stay: larger stays. Called when it is inserted and at each hit; in between its
/// priority stands still. When space is needed the object with the smallest priority is evicted; among equals the one
/// whose id is smaller.
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost)
    ASSAY_RETURNS("priority", -kMaxPriority, kMaxPriority);
