using Breeze.Remote.Desktop.Images;

namespace Breeze.Remote.Desktop.Frames;

/// <summary>Joins the stale tiles of a picture to larger pieces of the same sort: a browser takes a few large images more easily than many small ones.</summary>
static class Cutting
{
    const int MostTiles = 4;

    /// <summary>More colours than this in one tile, and it is no text and no drawing. Text with smoothed edges stays well below.</summary>
    const int ColoursOfAPhoto = 192;

    public static List<Piece> Cut(Picture picture)
    {
        var pieces = new List<Piece>();
        // Where in each column a piece begins that may still grow downwards.
        var open = new int[picture.Columns];
        Array.Fill(open, -1);
        var isPhoto = new bool[picture.Columns];
        for (var row = 0; row < picture.Rows; row++)
        {
            for (var column = 0; column < picture.Columns; column++)
                isPhoto[column] = picture.StaleAt(column, row) && Palette.Count(picture, picture.AreaOf(column, row), ColoursOfAPhoto) > ColoursOfAPhoto;
            for (var column = 0; column < picture.Columns;)
            {
                if (!picture.StaleAt(column, row))
                {
                    open[column++] = -1;
                    continue;
                }
                var end = column + 1;
                while (end < picture.Columns && end - column < MostTiles && picture.StaleAt(end, row) && isPhoto[end] == isPhoto[column])
                    end++;
                var (first, last) = (picture.AreaOf(column, row), picture.AreaOf(end - 1, row));
                var run = new Area(first.X, first.Y, last.X + last.Width - first.X, first.Height);
                var above = open[column];
                if (above >= 0 && pieces[above] is var grown && grown.IsPhoto == isPhoto[column] && grown.Area.X == run.X && grown.Area.Width == run.Width
                    && grown.Area.Y + grown.Area.Height == run.Y && grown.Area.Height < MostTiles * Picture.Edge)
                    pieces[above] = grown with { Area = grown.Area with { Height = grown.Area.Height + run.Height } };
                else
                {
                    open[column] = pieces.Count;
                    pieces.Add(new(run, isPhoto[column]));
                }
                for (column++; column < end; column++)
                    open[column] = -1;
            }
        }
        return pieces;
    }
}
