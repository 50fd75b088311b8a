// target: one source of kernels for every instruction set, chosen when the module
// loads.
#pragma once

#include <string>
#include <vector>

#include "kernels/contracts.h"

namespace ranvier {

namespace baseline {
const Kernels& kernels();
}
#if defined(__x86_64__)
namespace avx2 {
const Kernels& kernels();
}
namespace avx512 {
const Kernels& kernels();
}
#endif

// The kernels that this processor can run, the fastest first.
std::vector<const Kernels*> available_targets();

// The target called `name`, or the fastest one where it is empty.
// Throws std::invalid_argument where this processor has no such target.
const Kernels& choose_target(const std::string& name);

}  // namespace ranvier
