"""muon: PyTorch's Muon for hidden matrices, and its AdamW for all else."""

from collections.abc import Iterable, Mapping
from unittest.mock import patch

import torch

from ranvier.recipe import Muon


class WithMuon:
    """Give both together the methods of one of PyTorch's optimizers.

    PyTorch keeps matrices as (M, K), and orthogonalizes them in bfloat16; here it is
    made to do so in the precision of the weights.
    """

    def __init__(
        self,
        o: Muon,
        weights: Mapping[str, torch.Tensor],
        rate: float,
        hidden: Iterable[str],
    ) -> None:
        self.hidden = [weights[name] for name in hidden]
        self.turned = [one.detach().T.clone().requires_grad_() for one in self.hidden]
        options = {"weight_decay": o.weight_decay, "momentum": o.momentum}
        muon = torch.optim.Muon(
            self.turned or [torch.zeros(1, 1, requires_grad=True)],
            rate,
            adjust_lr_fn=o.scale,
            **options,
        )
        others = [one for name, one in weights.items() if name not in set(hidden)]
        adamw = torch.optim.AdamW(
            others,
            rate * o.adamw_share,
            betas=(o.adamw.beta_1, o.adamw.beta_2),
            eps=o.adamw.epsilon,
            weight_decay=o.adamw.weight_decay,
        )
        self.parts = (muon, adamw)

    def zero_grad(self) -> None:
        for one in self.hidden:
            one.grad = None
        for part in self.parts:
            part.zero_grad()

    @torch.no_grad()
    def step(self) -> None:
        for one, turned in zip(self.hidden, self.turned, strict=True):
            turned.grad = one.grad.T.clone()
        with patch.object(torch.Tensor, "bfloat16", torch.Tensor.clone):
            for part in self.parts:
                part.step()
        for one, turned in zip(self.hidden, self.turned, strict=True):
            one.copy_(turned.T)
