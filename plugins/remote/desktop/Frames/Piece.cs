namespace Breeze.Remote.Desktop.Frames;

/// <summary>A part of a picture that is sent as one image.</summary>
/// <param name="IsPhoto">Whether it has so many colours that only a lossy image is small.</param>
readonly record struct Piece(Area Area, bool IsPhoto);
