"""native: Network × Recipe → a program in C++, planned once"""

from ranvier.engine.native.program import NativeEngine, NativeProgram

__all__ = ["NativeEngine", "NativeProgram"]
