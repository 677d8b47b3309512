namespace Breeze.Remote.Files.Wire;

/// <param name="Code">One word for the page.</param>
/// <param name="Message">For the technician.</param>
sealed record FilesError(string Code, string Message);
