"""training: a workload → seconds a step, for ranvier and for each rival"""
