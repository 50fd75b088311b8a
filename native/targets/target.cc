#include "targets/target.h"

#include <stdexcept>

namespace ranvier {

std::vector<const Kernels*> available_targets() {
  std::vector<const Kernels*> found;
#if defined(__x86_64__)
  __builtin_cpu_init();
  const bool has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (has_avx2 && __builtin_cpu_supports("avx512f") &&
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl")) {
    found.push_back(&avx512::kernels());
  }
  if (has_avx2) found.push_back(&avx2::kernels());
#endif
  found.push_back(&baseline::kernels());
  return found;
}

const Kernels& choose_target(const std::string& name) {
  const std::vector<const Kernels*> found = available_targets();
  if (name.empty()) return *found.front();
  std::string known;
  for (const Kernels* kernels : found) {
    if (name == kernels->name) return *kernels;
    known += known.empty() ? kernels->name : std::string(", ") + kernels->name;
  }
  throw std::invalid_argument("this processor has no target \"" + name + "\"; it has " +
                              known);
}

}  // namespace ranvier
