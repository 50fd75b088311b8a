"""dense_floats: the crash course on floats without a zero, which nothing can skip."""

from dataclasses import replace

from benchmarks.training import crash_course

WORKLOAD = replace(
    crash_course.WORKLOAD, name="crash-course-floats", data="dense digits"
)
