namespace Breeze.Remote.Desktop.Frames;

/// <summary>A part of a picture, in its pixels.</summary>
readonly record struct Area(int X, int Y, int Width, int Height);
