// build: from the description of layers to layers that are linked to each other.
#pragma once

#include <memory>
#include <vector>

#include "program/layer.h"
#include "program/spec.h"

namespace ranvier {

// The layers of a checked spec, the first reading `input`; `kernels` and `input` must
// outlive them.
std::vector<std::unique_ptr<Layer>> build_layers(const Kernels& kernels, Signal& input,
                                                 const ProgramSpec& spec);

}  // namespace ranvier
