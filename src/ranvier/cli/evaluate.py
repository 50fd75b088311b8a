"""evaluate: a model and data with the truth → how well it does."""

from rich.console import Group

from ranvier.cli.options import Data, Trained
from ranvier.cli.screen import Answer


def evaluate(model: Trained, data: Data) -> Answer:
    """Compare the answers of MODEL with the truth in DATA.

    Of data with a test part, that part is judged; of the data that a run was trained
    on, the run's test part. Rows without an answer are left out.
    """
    from ranvier import data as sources
    from ranvier.cli.judgement import judge, part_of_data
    from ranvier.cli.loaded import show_left_out
    from ranvier.cli.trained import read_trained

    trained = read_trained(model)
    loaded = sources.load(data, like=trained.model.schema)
    show_left_out(loaded)
    part = part_of_data(loaded, trained.run)
    judgement = judge(trained.model, part)
    return Answer(judgement.document(), Group(judgement.facts(), judgement.text()))
