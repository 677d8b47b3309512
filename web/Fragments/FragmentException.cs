namespace Breeze.Web.Fragments;

/// <summary>A plugin's fragment cannot be shown; the message is for its author.</summary>
sealed class FragmentException(string message) : Exception(message);
