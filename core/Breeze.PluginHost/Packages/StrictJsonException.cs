namespace Breeze.PluginHost;

/// <summary>Carries a decoding error with its path out of the decoder; the caller turns it into a <see cref="PluginError"/>.</summary>
sealed class StrictJsonException(string path, string problem)
    : Exception(path.Length == 0 ? $"The document {problem}." : $"\"{path}\" {problem}.");
