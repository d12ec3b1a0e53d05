"""Chapter 03: the scaling of a table X by the columns of X_train."""

import torch


def preprocessing_min_max_scale(X, X_train):
    smallest, largest = X_train.amin(dim=0), X_train.amax(dim=0)
    X_scaled = (X - smallest) / (largest - smallest)


def preprocessing_min_max_scale_library(X, X_train):
    from sklearn.preprocessing import MinMaxScaler

    scaler = MinMaxScaler(feature_range=(0, 1)).fit(X_train)
    X_scaled = scaler.transform(X)


def preprocessing_standardize(X, X_train):
    mean, std = X_train.mean(dim=0), X_train.std(dim=0, correction=0)
    X_scaled = (X - mean) / std


def preprocessing_standardize_library(X, X_train):
    from sklearn.preprocessing import StandardScaler

    scaler = StandardScaler().fit(X_train)
    X_scaled = scaler.transform(X)


def preprocessing_robust_scale(X, X_train):
    q1, median, q3 = torch.quantile(X_train, torch.tensor([0.25, 0.5, 0.75]), dim=0)
    X_scaled = (X - median) / (q3 - q1)


def preprocessing_robust_scale_library(X, X_train):
    from sklearn.preprocessing import RobustScaler

    scaler = RobustScaler(quantile_range=(25, 75)).fit(X_train)
    X_scaled = scaler.transform(X)
