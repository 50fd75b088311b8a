"""engine: Network × Recipe → Program"""
