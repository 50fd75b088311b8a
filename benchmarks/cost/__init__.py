"""cost: a step's time against width, batch and threads → JSON, a picture and steps"""
