"""pictures: surfaces, networks, points → pictures that teach, still or moving"""

from ranvier.report.pictures.boundary import plot_boundary, suited_to_points
from ranvier.report.pictures.fits import plot_fits
from ranvier.report.pictures.landscape import Landscape, loss_surface, plot_surface
from ranvier.report.pictures.plane import check_plane
from ranvier.report.pictures.points import POINTS, points
from ranvier.report.pictures.race import plot_race
from ranvier.report.pictures.surfaces import SURFACES, Surface
from ranvier.report.pictures.walking import racer

__all__ = [
    "POINTS",
    "SURFACES",
    "Landscape",
    "Surface",
    "check_plane",
    "loss_surface",
    "plot_boundary",
    "plot_fits",
    "plot_race",
    "plot_surface",
    "points",
    "racer",
    "suited_to_points",
]
