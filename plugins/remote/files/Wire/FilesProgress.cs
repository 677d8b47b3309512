namespace Breeze.Remote.Files.Wire;

sealed record FilesProgress(long Files, long Folders, long Bytes, long Skipped);
