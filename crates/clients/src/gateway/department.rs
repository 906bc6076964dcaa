//! Departments.

use super::GatewayClient;
use crate::ClientError;
use oms_contracts::{
    Page,
    gateway::{
        department::{DepartmentQuery, DepartmentView, NameDepartment},
        paths,
    },
};
use oms_model::DepartmentId;
use reqwest::Method;

impl GatewayClient {
    pub async fn departments(
        &self,
        query: &DepartmentQuery,
    ) -> Result<Page<DepartmentView>, ClientError> {
        self.get(paths::DEPARTMENTS, query).await
    }

    pub async fn create_department(&self, name: String) -> Result<DepartmentView, ClientError> {
        self.call(Method::POST, paths::DEPARTMENTS, &NameDepartment { name }).await
    }

    pub async fn rename_department(
        &self,
        id: &DepartmentId,
        name: String,
    ) -> Result<DepartmentView, ClientError> {
        self.call(Method::PATCH, &paths::department(id), &NameDepartment { name }).await
    }

    pub async fn delete_department(&self, id: &DepartmentId) -> Result<(), ClientError> {
        self.bare(Method::DELETE, &paths::department(id)).await
    }
}
