"""The estate as a workbook with RVTools' sheets and columns."""
