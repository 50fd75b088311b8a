"""page: runs, data → one HTML page that stands alone"""

from ranvier.report.page.write import report_page, write_report

__all__ = ["report_page", "write_report"]
