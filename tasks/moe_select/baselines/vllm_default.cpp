// vLLM's default configuration of fused_moe: small tiles where there are no more tokens than experts, else 64 x 64.
#include "policy.h"

i64 variant(const Layer& layer, const Routing& routing, const Device& device) { return routing.tokens <= layer.experts ? 1 : 13; }
